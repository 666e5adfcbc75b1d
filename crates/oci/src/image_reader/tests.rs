//! Layers that hide one another, and hostile layers.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use start_points::files::NonRegular;

use super::*;
use crate::fuzzing;
use crate::limits::OciLimits;

fn image(layers: &[Vec<u8>], limits: OciLimits) -> ImageReader {
    fuzzing::image(layers, MediaType::LAYER_GZIP, limits)
}

/// A tar of entries as no honest program writes them: any name, any type.
fn tar(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (path, kind, bytes) in entries {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

fn regular(paths: &[&'static str]) -> Vec<u8> {
    let entry = |path: &&'static str| (*path, EntryType::Regular, path.as_bytes());
    tar(&paths.iter().map(entry).collect::<Vec<_>>())
}

fn names(layers: &[Vec<u8>], folder: &str) -> Vec<String> {
    image(layers, OciLimits::default()).files(folder).unwrap().files.into_keys().collect()
}

fn refused(layer: Vec<u8>, limits: OciLimits) -> OciErrorKind {
    image(&[layer], limits).files("app").unwrap_err().kind().clone()
}

#[test]
fn upper_layers_hide_lower_ones() {
    let lower = || regular(&["app/a", "app/d/x", "app/d/y", "app/e/x", "app/f/deep/x"]);
    assert_eq!(names(&[lower(), regular(&["app/.wh.a", "app/.wh.d"])], "app"), ["e/x", "f/deep/x"]);
    assert_eq!(names(&[lower(), regular(&["app/d/z", "app/d/.wh..wh..opq"])], "app/d"), ["z"]);
    assert_eq!(names(&[lower(), regular(&[".wh.app"])], "app/d"), [""; 0]);
    for kind in [EntryType::Directory, EntryType::Symlink, EntryType::Char] {
        let gone = tar(&[(".wh.app", kind, b""), ("app/.wh.a", kind, b"")]);
        assert_eq!([names(&[lower(), gone.clone()], ""), names(&[lower(), gone], "app")], [[""; 0]; 2]);
    }
    assert_eq!(names(&[lower(), regular(&["app/.wh..wh..opq", "app/new"])], "app"), ["new"]);
    assert_eq!(names(&[lower(), regular(&["app/d"])], "app"), ["a", "d", "e/x", "f/deep/x"]);
    assert_eq!(names(&[lower(), regular(&["app/a/b"])], "app/a"), ["b"]);
    let link = tar(&[("app/f", EntryType::Symlink, b""), ("app/a", EntryType::Directory, b"")]);
    let contents = image(&[lower(), link], OciLimits::default()).files("app").unwrap();
    assert_eq!(contents.files.into_keys().collect::<Vec<_>>(), ["d/x", "d/y", "e/x"]);
    assert_eq!(contents.irregular, BTreeMap::from([("f".to_owned(), NonRegular::EscapingLink)]));
}

#[test]
fn a_folder_that_a_later_layer_replaces_is_gone() {
    let lower = regular(&["app/repos/x"]);
    let link = tar(&[("app", EntryType::Symlink, b"")]);
    assert_eq!(names(&[lower.clone(), link], "app/repos"), [""; 0]);
    assert_eq!(names(&[lower, regular(&["app/repos"])], "app/repos"), [""; 0]);
}

#[test]
fn an_entry_replaced_in_its_own_layer_still_hides_lower_ones() {
    let lower = regular(&["app/d/x", "app/y"]);
    let entries = |last: &'static str, kind| tar(&[("app/d", EntryType::Symlink, b""), (last, kind, b"")]);
    assert_eq!(names(&[lower.clone(), entries("app/d/z", EntryType::Regular)], "app"), ["d/z", "y"]);
    assert_eq!(names(&[lower.clone(), entries("app/d", EntryType::Directory)], "app"), ["y"]);
    let above = tar(&[("app", EntryType::Symlink, b""), ("app/z", EntryType::Regular, b"")]);
    assert_eq!(names(&[lower.clone(), above.clone()], ""), ["app/z"]);
    assert_eq!(names(&[lower, above], "app"), ["z"]);
}

#[test]
fn targets_of_links_are_counted() {
    let long = "x".repeat(90);
    let mut link = Header::new_gnu();
    link.set_entry_type(EntryType::Symlink);
    link.set_size(0);
    let mut archive = Builder::new(Vec::new());
    let mut file = Header::new_gnu();
    file.set_size(0);
    archive.append_data(&mut file, &long, &b""[..]).unwrap();
    archive.append_link(&mut link, "b", &long).unwrap();
    for number in 10..90 {
        archive.append_link(&mut link, format!("{number}"), "b").unwrap();
    }
    let layer = archive.into_inner().unwrap();
    let limits = |total_bytes| OciLimits { total_bytes, ..OciLimits::default() };
    image(std::slice::from_ref(&layer), limits(81 * 90 + 600)).files("").unwrap();
    let refused = image(&[layer], limits(80 * 90)).files("").unwrap_err();
    assert_eq!(*refused.kind(), OciErrorKind::TooLarge { what: "the total content", limit: 80 * 90 });
}

#[test]
fn a_badly_compressed_layer_is_an_error_of_the_image() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&regular(&["app/a"])).unwrap();
    let mut gzip = gzip.finish().unwrap();
    gzip.extend_from_slice(b"more");
    let part = Descriptor::of(MediaType::LAYER_GZIP, &gzip);
    let limits = OciLimits::default();
    let mut budget = ReadBudget::new(&limits);
    let read = read_layer(gzip.as_slice(), &part, &mut LayerStack::new(""), &mut budget);
    assert!(matches!(read, Err(OciErrorKind::Broken { what: "a layer", .. })), "{read:?}");
}

#[test]
fn hostile_paths_are_refused() {
    for path in
        ["app/../../etc/passwd", "/app/x", "../x", "app/a\nb", "app/.git/config", "app/a//b", "app/a\\b"]
    {
        let cause = refused(tar(&[(path, EntryType::Regular, b"")]), OciLimits::default());
        assert!(matches!(cause, OciErrorKind::HostilePath(_)), "{path}: {cause}");
    }
    for path in [".wh.", "app/.wh.", "app/.wh..", "app/d/.wh...", "x/.wh."] {
        let cause = refused(tar(&[(path, EntryType::Regular, b"")]), OciLimits::default());
        assert!(matches!(cause, OciErrorKind::HostilePath(_)), "{path}: {cause}");
    }
    let long_name =
        tar(&[("././@LongLink", EntryType::GNULongName, b"../x\0"), ("x", EntryType::Regular, b"")]);
    assert!(matches!(refused(long_name, OciLimits::default()), OciErrorKind::HostilePath(_)));
    let extended = tar(&[("p", EntryType::XHeader, b"13 path=../x\n"), ("x", EntryType::Regular, b"")]);
    assert!(matches!(refused(extended, OciLimits::default()), OciErrorKind::HostilePath(_)));
}

#[test]
fn links_out_and_devices_are_never_followed() {
    let kinds = [
        (EntryType::Symlink, NonRegular::EscapingLink),
        (EntryType::Link, NonRegular::Unreadable),
        (EntryType::Char, NonRegular::Special),
        (EntryType::Block, NonRegular::Special),
        (EntryType::Fifo, NonRegular::Special),
    ];
    for (kind, other) in kinds {
        let contents = image(&[tar(&[("app/x", kind, b"")])], OciLimits::default()).files("app").unwrap();
        assert_eq!(
            (contents.files.len(), contents.irregular),
            (0, BTreeMap::from([("x".to_owned(), other)]))
        );
    }
    assert!(matches!(
        refused(tar(&[("app/x", EntryType::GNUSparse, b"")]), OciLimits::default()),
        OciErrorKind::Broken { .. }
    ));
}

#[test]
fn everything_is_bounded() {
    let few = OciLimits { entries: 2, ..OciLimits::default() };
    assert_eq!(refused(regular(&["a", "b", "c"]), few), OciErrorKind::TooMany { what: "entries", limit: 2 });
    let zeroes = vec![0; 3 << 20];
    let bomb = || tar(&[("app/x", EntryType::Regular, &zeroes)]);
    let unpacked = OciLimits { unpacked_bytes: 1 << 20, ..OciLimits::default() };
    assert!(matches!(refused(bomb(), unpacked), OciErrorKind::TooLarge { limit: 1_048_576, .. }));
    let long = tar(&[("l", EntryType::GNULongName, &zeroes)]);
    assert!(matches!(refused(long, OciLimits::default()), OciErrorKind::TooLarge { what: "a name", .. }));
    let small = OciLimits { file_bytes: 1 << 20, ..OciLimits::default() };
    let contents = image(&[bomb()], small).files("app").unwrap();
    assert_eq!(contents.oversized["x"], 3 << 20);
    let total = OciLimits { total_bytes: 5, ..OciLimits::default() };
    assert!(matches!(refused(regular(&["app/long"]), total), OciErrorKind::TooLarge { .. }));
    let layer = OciLimits { layer_bytes: 10, ..OciLimits::default() };
    assert_eq!(refused(bomb(), layer), OciErrorKind::TooLarge { what: "a layer", limit: 10 });
}

#[test]
fn a_layer_with_another_diff_id_is_refused() {
    let good = image(&[regular(&["app/x"])], OciLimits::default());
    let mut other = image(&[regular(&["app/y"])], OciLimits::default());
    let config = good.manifest().unwrap().config;
    let layers = other.manifest().unwrap().layers;
    let mut blobs = vec![Blob::new(MediaType::CONFIG, good.document(&config, "it").unwrap())];
    let mut bytes = Vec::new();
    other.layer(&layers[0]).unwrap().read_to_end(&mut bytes).unwrap();
    blobs.push(Blob::new(MediaType::LAYER_GZIP, bytes));
    other.root = Blob::new(MediaType::MANIFEST, Manifest::new(config, layers).write().unwrap());
    other.parts = Box::new(fuzzing::Memory(blobs));
    assert!(matches!(other.files("app").unwrap_err().kind(), OciErrorKind::DigestMismatch { .. }));
    assert!(matches!(
        refused(b"not a tar, whatever it may be".repeat(40), OciLimits::default()),
        OciErrorKind::Broken { .. }
    ));
}

/// A layer of files, hard links (`=`) and symbolic links (`>`).
fn linked(entries: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (path, kind, text) in entries {
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(0);
        match *kind {
            "=" | ">" => {
                header.set_entry_type(if *kind == "=" { EntryType::Link } else { EntryType::Symlink });
                archive.append_link(&mut header, path, text).unwrap();
            }
            _ => {
                header.set_size(text.len() as u64);
                archive.append_data(&mut header, path, text.as_bytes()).unwrap();
            }
        }
    }
    archive.into_inner().unwrap()
}

#[test]
fn a_hard_link_has_the_content_of_its_target() {
    let long = format!("app/{}", "d/".repeat(60) + "x");
    let lower =
        linked(&[("app/a", "", "one"), ("app/b", "=", "app/a"), ("out", "", "far"), (&long, "", "deep")]);
    let upper = linked(&[
        ("app/c", "=", "app/a"),
        ("app/d2", "=", "app/c"),
        ("app/e", "=", "out"),
        ("app/f", "=", &long),
    ]);
    let contents = image(&[lower.clone(), upper], OciLimits::default()).files("app").unwrap();
    for (path, text) in [("b", "one"), ("c", "one"), ("d2", "one"), ("f", "deep")] {
        assert_eq!(contents.files[path], text.as_bytes(), "{path}");
    }
    // Its other name is not below the folder, so its content is not at hand.
    assert_eq!(contents.irregular, BTreeMap::from([("e".to_owned(), NonRegular::Unreadable)]));
    let gone = linked(&[("app/.wh.a", "", ""), ("app/c", "=", "app/a")]);
    let contents = image(&[lower, gone], OciLimits::default()).files("app").unwrap();
    assert_eq!(contents.irregular.get("c"), Some(&NonRegular::Unreadable), "what is whited out is gone");
    // Each name costs its content.
    let many: Vec<_> = (0..100).map(|at| format!("app/l{at}")).collect();
    let mut entries = vec![("app/a", "", "0123456789")];
    entries.extend(many.iter().map(|path| (path.as_str(), "=", "app/a")));
    let limits = OciLimits { total_bytes: 900, ..OciLimits::default() };
    assert!(matches!(refused(linked(&entries), limits), OciErrorKind::TooLarge { .. }));
}

#[test]
fn a_symbolic_link_is_resolved_as_by_git_and_file_systems() {
    let layer = linked(&[
        ("app/repos/x/a", "", "one"),
        ("app/repos/x/sub/l1", ">", "../a"),
        ("app/repos/x/l2", ">", "sub/l1"),
        ("app/repos/x/l3", ">", "/app/repos/x/a"),
        ("app/repos/x/folder", ">", "sub"),
        ("app/repos/x/out", ">", "../../../etc/passwd"),
        ("app/repos/x/away", ">", "/etc/passwd"),
        ("app/repos/x/nowhere", ">", "missing"),
        ("app/repos/x/loop1", ">", "loop2"),
        ("app/repos/x/loop2", ">", "loop1"),
    ]);
    let contents = image(&[layer], OciLimits::default()).files("app/repos").unwrap();
    let links = [("x/l2", "x/a"), ("x/l3", "x/a"), ("x/sub/l1", "x/a")];
    assert_eq!(contents.links, links.map(|(path, to)| (path.to_owned(), to.to_owned())).into());
    for path in ["out", "away", "nowhere", "loop1", "loop2"] {
        assert_eq!(contents.irregular[&format!("x/{path}")], NonRegular::EscapingLink, "{path}");
    }
    assert_eq!(contents.irregular["x/folder"], NonRegular::Folder);
    assert_eq!(contents.files.len(), 1);
}
