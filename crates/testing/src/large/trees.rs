//! Many files, and large ones.

use start_points::Kind;
use start_points::check::{Listed, Tree};
use start_points::diagnostic::Place;
use start_points::files::{FileEntry, NonRegular};

use super::input::{Input, LargeShape, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("manifests", |size| {
        tree(size / 150, |i| {
            (format!("{i}/start_point/manifest.json"), format!("{{\"display_name\":\"n{i}\"}}"))
        })
    }),
    shape("manifests of one name", |size| {
        tree(size / 150, |i| (format!("{i}/start_point/manifest.json"), "{\"display_name\":\"n\"}".into()))
    }),
    shape("manifests of similar names", |size| {
        tree(size / 150, |i| {
            let name = format!("{}n", " ".repeat(i % 60));
            (format!("{i}/start_point/manifest.json"), format!("{{\"display_name\":\"{name}\"}}"))
        })
    }),
    shape("manifests of pairs of names", |size| {
        tree(size / 150, |i| {
            (format!("{i}/start_point/manifest.json"), format!("{{\"display_name\":\"n{}\"}}", i / 2))
        })
    }),
    shape("manifests with faults", |size| {
        tree(size / 150, |i| {
            (format!("{i}/start_point/manifest.json"), "{\"visible_filenames\":[1,\"\"]}".into())
        })
    }),
    shape("folders of files around a manifest", |size| {
        let mut input = tree(size / 100, |i| (format!("x/{i}/a.txt"), "a\n".into()));
        add(&mut input, "x/manifest.json", "{\"visible_filenames\":[\"a\"]}");
        input
    }),
    shape("files that no manifest names", |size| {
        let mut input = tree(size / 50, |i| (format!("x/file_{i}.txt"), "a".into()));
        add(&mut input, "x/manifest.json", "{\"visible_filenames\":[\"a\"]}");
        input
    }),
    shape("docker folders", |size| {
        tree(size / 100, |i| (format!("{i}/docker/Dockerfile"), "FROM a\n".into()))
    }),
    shape("submodules", |size| {
        let mut tree = Tree::new();
        for index in 0..size / 50 {
            tree.insert(format!("{index}/start_point"), FileEntry::Other(NonRegular::Submodule));
        }
        Input::Tree(tree, None)
    }),
    shape("manifests of something else", |size| {
        tree(size / 50, |i| (format!("{i}/manifest.json"), "{\"name\":\"app\"}".into()))
    }),
    shape("a visible file with carriage returns", |size| visible(repeated(size, "", "a\r\n", ""))),
    shape("a visible file of one line", |size| visible(repeated(size, "", "a", ""))),
    shape("a visible file of NULs", |size| visible(repeated(size, "", "\0", ""))),
    shape("a visible file of pointers", |size| {
        visible(repeated(size, "", "version https://git-lfs.github.com/spec/v1\n", ""))
    }),
    shape("visible files with faults", |size| {
        let names: Vec<String> = (0..size / 60).map(|i| format!("\"f{i}\"")).collect();
        let mut input = tree(names.len(), |i| (format!("f{i}"), "a\r\nb".into()));
        add(&mut input, "manifest.json", &format!("{{\"visible_filenames\":[{}]}}", names.join(",")));
        input
    }),
    shape("equal names of a catalogue", |size| names(size, |_| "Same".into())),
    shape("similar names of a catalogue", |size| names(size, |i| format!("s{}ame", " ".repeat(i % 400)))),
    shape("pairs of names of a catalogue", |size| names(size, |i| format!("n{}", i / 2))),
    shape("different names of a catalogue", |size| names(size, |i| format!("n{i}"))),
];

fn tree(count: usize, file: impl Fn(usize) -> (String, String)) -> Input {
    let mut input = Input::Tree(Tree::new(), None);
    for (path, text) in (0..count).map(file) {
        add(&mut input, &path, &text);
    }
    input
}

fn add(input: &mut Input, path: &str, text: &str) {
    if let Input::Tree(tree, _) = input {
        tree.insert(path, FileEntry::Content(text.as_bytes().to_vec()));
    }
}

fn visible(text: String) -> Input {
    let mut input = Input::Tree(Tree::new(), Some(Kind::Custom));
    add(&mut input, "manifest.json", "{\"visible_filenames\":[\"a\"]}");
    add(&mut input, "a", &text);
    input
}

fn names(size: usize, name: impl Fn(usize) -> String) -> Input {
    let listed =
        |index| Listed { display_name: name(index), place: Place::file(format!("{index}/manifest.json")) };
    Input::Names((0..size / 50).map(listed).collect())
}
