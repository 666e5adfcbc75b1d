//! A catalogue folder: what is in it, where it may be, and that it is whole or as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{World, borrowed, ltf, names, snapshot};
use start_points::{Kind, RepoUrl};
use start_points_catalogue::folder::{WriteError, check_place, write};
use start_points_catalogue::{Catalogue, SourceResult, check};
use start_points_fetch::source::{FetchedContent, FetchedFile};
use start_points_fetch::{CommitName, FetchedSource, ResolvedUrl};
use start_points_io::{Cancel, ReplaceError, WriteOutcome};

fn catalogue(world: &World, names: &[&str]) -> Catalogue {
    let checked = world.check(names);
    checked.catalogue.clone().unwrap_or_else(|| panic!("{:?}", world.faults(&checked)))
}

fn world() -> World {
    let world = World::new(Kind::Languages);
    world.with("one", &borrowed(&ltf("C, assert")));
    world.with("two", &borrowed(&ltf("D, assert")));
    world
}

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn repositories_lie_in_numbered_folders_with_where_they_come_from() {
    let world = World::new(Kind::Languages);
    let one = world.with("one", &borrowed(&ltf("C, assert")));
    let two = world.with("two", &borrowed(&ltf("D, assert")));
    world.create(&["one", &format!("two?tag={}", &two[..7])]);
    let folder = world.output();
    let expected = [
        "0/docker/image_name.json",
        "0/start_point/cyber-dojo.sh",
        "0/start_point/hiker.c",
        "0/start_point/manifest.json",
        "0/start_point/sha.txt",
        "0/start_point/url.txt",
    ];
    let all: Vec<String> = snapshot(&folder).into_keys().collect();
    assert_eq!(all.iter().filter(|path| path.starts_with("0/")).collect::<Vec<_>>(), expected);
    assert_eq!(all.len(), 15);
    let urls = [world.server.url("one"), format!("{}?tag={}", world.server.url("two"), &two[..7])];
    assert_eq!(text(&folder, "shas.txt"), format!("0 \t {one} \t {}\n1 \t {two} \t {}\n", urls[0], urls[1]));
    assert_eq!(text(&folder, "kind.txt"), "languages\n");
    assert_eq!(text(&folder, "1/start_point/sha.txt"), format!("{two}\n"));
    assert_eq!(text(&folder, "1/start_point/url.txt"), format!("{}\n", urls[1]));
    assert_eq!(names(folder.parent().unwrap()), ["catalogue"]);
}

#[test]
fn the_same_input_gives_the_same_bytes_and_another_one_replaces_all_of_it() {
    let world = world();
    world.create(&["one", "two"]);
    let first = snapshot(&world.output());
    world.create(&["one", "two"]);
    assert_eq!(snapshot(&world.output()), first);
    world.create(&["two"]);
    assert!(!world.output().join("1").exists());
    assert_eq!(names(world.output().parent().unwrap()), ["catalogue"]);
}

#[test]
fn what_is_no_catalogue_is_left_alone() {
    let world = world();
    let catalogue = catalogue(&world, &["one"]);
    let home = world.folder.path().join("home");
    let write = |folder: &Path| write(&catalogue, folder, &Cancel::default());
    for files in
        [&["letter.txt"][..], &["shas.txt", "letter.txt"], &["0/x"], &["shas.txt", ".git/HEAD"], &["0"]]
    {
        for file in files {
            let path = home.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "mine\n").unwrap();
        }
        let before = snapshot(&home);
        let error = write(&home).unwrap_err();
        assert!(matches!(error, WriteError::NotACatalogue { .. }), "{files:?}: {error}");
        assert!(error.hint().is_some() && check_place(&home).is_err());
        assert_eq!(snapshot(&home), before);
        fs::remove_dir_all(&home).unwrap();
    }
    fs::write(&home, "a file\n").unwrap();
    assert!(matches!(write(&home).unwrap_err(), WriteError::Place(ReplaceError::NotAFolder(_))));
    assert_eq!(fs::read_to_string(&home).unwrap(), "a file\n");
    assert!(matches!(write(Path::new("/")).unwrap_err(), WriteError::Place(ReplaceError::NoParent(_))));
    fs::remove_file(&home).unwrap();
    fs::create_dir(&home).unwrap();
    assert_eq!(write(&home).unwrap(), WriteOutcome::New);
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_and_one_into_nothing_is_refused() {
    let world = world();
    let catalogue = catalogue(&world, &["one"]);
    let (real, link) = (world.folder.path().join("real"), world.folder.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    write(&catalogue, &link, &Cancel::default()).unwrap();
    assert!(link.is_symlink() && real.join("shas.txt").is_file());
    fs::remove_dir_all(&real).unwrap();
    assert!(matches!(
        write(&catalogue, &link, &Cancel::default()),
        Err(WriteError::Place(ReplaceError::NotAFolder(_)))
    ));
}

#[test]
fn what_a_killed_run_left_is_removed_and_what_looks_alike_is_not() {
    let world = world();
    world.create(&["one"]);
    let around = world.output().parent().unwrap().to_owned();
    for name in [".catalogue.start-points-7-0", ".catalogue2.start-points-7-0", ".catalogue.mine"] {
        fs::create_dir_all(around.join(name).join("0/start_point")).unwrap();
    }
    fs::write(around.join(".catalogue.start-points-file"), "mine").unwrap();
    world.create(&["one"]);
    assert_eq!(
        names(&around),
        [".catalogue.mine", ".catalogue.start-points-file", ".catalogue2.start-points-7-0", "catalogue"]
    );
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let world = world();
    let catalogue = catalogue(&world, &["one"]);
    let write = || write(&catalogue, &world.output(), &Cancel::default()).unwrap();
    let file = |path: &str| world.output().join(path);
    assert_eq!(write(), WriteOutcome::New);
    assert_eq!(write(), WriteOutcome::Unchanged);
    fs::write(file("0/start_point/hiker.c"), "int y;\n").unwrap();
    assert_eq!((write(), write()), (WriteOutcome::Replaced, WriteOutcome::Unchanged));
    fs::write(file("0/start_point/more.txt"), "").unwrap();
    assert_eq!((write(), write()), (WriteOutcome::Replaced, WriteOutcome::Unchanged));
    fs::create_dir(file("7")).unwrap();
    assert_eq!((write(), write()), (WriteOutcome::Replaced, WriteOutcome::Unchanged));
    fs::remove_file(file("shas.txt")).unwrap();
    assert!(check_place(&world.output()).is_err());
}

#[test]
fn a_cancelled_run_changes_nothing() {
    let world = world();
    world.create(&["one"]);
    let before = snapshot(&world.output());
    let cancel = Cancel::default();
    cancel.cancel();
    let error = write(&catalogue(&world, &["two"]), &world.output(), &cancel).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(snapshot(&world.output()), before);
    assert_eq!(names(world.output().parent().unwrap()), ["catalogue"]);
}

/// What no fetch lets through, as if one had.
#[test]
fn hostile_paths_are_never_written() {
    let world = World::new(Kind::Exercises);
    for folder in ["..", "a/../../..", "/tmp", "a\\..", "a\nb", "a/./b", "a//b"] {
        let manifest = br#"{ "display_name": "Bowling", "visible_filenames": ["readme.txt"] }"#;
        let file = |bytes: &[u8]| FetchedFile { bytes: bytes.to_vec(), executable: false };
        let files: BTreeMap<String, FetchedFile> = [
            (format!("{folder}/manifest.json"), file(manifest)),
            (format!("{folder}/readme.txt"), file(b"x\n")),
        ]
        .into();
        let url: RepoUrl = "https://h/x".parse().unwrap();
        let commit = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e".parse().unwrap();
        let resolved = ResolvedUrl { url, commit, named: CommitName::Commit, moved_from: None };
        let content = FetchedContent { files, ..FetchedContent::default() };
        let checked = check(
            &[SourceResult::from_repository(Ok(FetchedSource { resolved, content, work_tree: None }))],
            &world.options,
        );
        let catalogue = checked.catalogue.clone().unwrap_or_else(|| panic!("{:?}", world.faults(&checked)));
        let error = write(&catalogue, &world.output(), &Cancel::default()).unwrap_err();
        assert!(matches!(error, WriteError::HostilePath(_)), "{folder:?}: {error}");
        assert!(!error.to_string().contains('\n'));
        assert!(!world.output().parent().unwrap().exists());
    }
}

#[test]
#[cfg(unix)]
fn files_that_may_be_run_stay_so() {
    use start_points_testing::git::Change;
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new(Kind::Languages);
    let repository = world.repository("one");
    let files = ltf("C, assert");
    let mut changes: Vec<_> =
        borrowed(&files).into_iter().map(|(path, text)| (path, Change::File(text.as_bytes()))).collect();
    changes[2].1 = Change::Executable(b"make\n");
    repository.commit(&changes).unwrap();
    world.create(&["one"]);
    let mode = |path: &str| fs::metadata(world.output().join(path)).unwrap().permissions().mode() & 0o111;
    assert_eq!((mode("0/start_point/cyber-dojo.sh"), mode("0/start_point/hiker.c")), (0o111, 0));
    assert_eq!(mode(""), 0o111);
}
