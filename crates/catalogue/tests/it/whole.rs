//! A catalogue that lost something, or has other bytes than it was made with, is not read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{World, borrowed, ltf};
use start_points::Kind;
use start_points_catalogue::read::{FolderFiles, MemoryFiles, ReadError, read};
use start_points_oci::{Digest, ImageContents};
use start_points_testing::{deployed_catalogue, snapshot};

fn world() -> World {
    let world = World::new(Kind::Languages);
    for (name, display_name) in [("c", "C, assert"), ("d", "D, assert"), ("e", "E, assert")] {
        world.with(name, &borrowed(&ltf(display_name)));
    }
    world.create(&["c", "d", "e"]);
    world
}

/// What is said of a folder, which is the same of an image that holds its files.
fn said(folder: &Path) -> Result<Option<Digest>, String> {
    let whole = read(&FolderFiles::new(folder), None).map(|listing| listing.digest);
    let mut contents = ImageContents::default();
    contents.files = snapshot(folder).unwrap();
    let held =
        read(&MemoryFiles::new(folder.to_str().unwrap(), contents), None).map(|listing| listing.digest);
    let text = |error: ReadError| {
        assert!(error.hint().is_some(), "{error}");
        error.to_string().replace(folder.to_str().unwrap(), "F")
    };
    let (whole, held) = (whole.map_err(text), held.map_err(text));
    assert_eq!(whole, held);
    whole
}

fn not_whole(folder: &Path, found: &str) {
    assert_eq!(said(folder), Err(format!("the catalogue `F` was modified: {found}")));
}

#[test]
fn every_missing_changed_or_added_file_is_noticed() {
    let world = world();
    let folder = world.output();
    let files = snapshot(&folder).unwrap();
    said(&folder).unwrap().unwrap();
    for (path, bytes) in files.iter().filter(|(path, _)| *path != "digests.txt" && *path != "shas.txt") {
        let file = folder.join(path);
        fs::remove_file(&file).unwrap();
        not_whole(&folder, &format!("`{path}` is missing"));
        let mut changed = bytes.clone();
        changed[0] ^= 1;
        fs::write(&file, changed).unwrap();
        not_whole(&folder, &format!("`{path}` was changed"));
        fs::write(&file, bytes).unwrap();
    }
    for path in
        ["0/start_point/more.txt", "0/.hidden/manifest.json", "more.txt", "other/manifest.json", "3/x"]
    {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
        not_whole(&folder, &format!("`{path}` was added"));
        fs::remove_file(&file).unwrap();
    }
    for path in [".git/HEAD", ".DS_Store", "..data/x", "lost+found/x"] {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
    }
    said(&folder).unwrap().unwrap();
}

#[test]
fn the_first_difference_is_named_and_others_are_counted() {
    let folder = world();
    let folder = folder.output();
    fs::remove_dir_all(folder.join("1")).unwrap();
    let count = snapshot(&folder).unwrap().keys().filter(|path| path.starts_with("0/")).count();
    not_whole(
        &folder,
        &format!("`1/docker/image_name.json` is missing, and {} other files differ", count - 1),
    );
    fs::remove_dir_all(folder.join("0")).unwrap();
    fs::remove_dir_all(folder.join("2")).unwrap();
    fs::write(folder.join("kind.txt"), "custom\n").unwrap();
    let said = said(&folder).unwrap_err();
    assert!(said.ends_with(&format!("is missing, and {} other files differ", 3 * count)), "{said}");
}

#[test]
fn a_list_of_digests_that_is_broken_is_named_with_its_line() {
    let world = world();
    let folder = world.output();
    let file = folder.join("digests.txt");
    let digests = fs::read_to_string(&file).unwrap();
    let first = digests.lines().next().unwrap();
    for line in ["x", "", "0  a", first, &first.to_uppercase(), &first.replace("  0/", "  ../")] {
        fs::write(&file, format!("{first}\n{line}\n")).unwrap();
        let expected = "line 2 of `F/digests.txt` is not a digest and a path of its own";
        assert_eq!(said(&folder), Err(expected.to_owned()), "{line}");
    }
    fs::write(&file, "").unwrap();
    let said = said(&folder).unwrap_err();
    assert!(said.contains("`0/docker/image_name.json` was added, and "), "{said}");
}

#[test]
fn the_digest_depends_on_the_catalogue_alone() {
    let (one, two) = (world(), world());
    let digest = said(&one.output()).unwrap();
    one.create(&["c", "d", "e"]);
    assert_eq!(said(&one.output()).unwrap(), digest);
    one.create(&["c", "e"]);
    assert_ne!(said(&one.output()).unwrap(), digest);
    let named = |world: &World| {
        let digests = fs::read_to_string(world.output().join("digests.txt")).unwrap();
        let lines = digests.lines().filter(|line| line.contains("hiker") || line.contains("manifest"));
        lines.map(|line| line.split_once("  ").unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    two.create(&["c", "e"]);
    assert_eq!(named(&one), named(&two));
}

#[test]
#[cfg(target_os = "linux")]
fn sha256sum_reads_the_list_too() {
    let world = world();
    let check = || {
        let mut command = std::process::Command::new("sha256sum");
        command.args(["--check", "--strict", "--quiet", "digests.txt"]).current_dir(world.output());
        command.status().unwrap().success()
    };
    assert!(check());
    fs::write(world.output().join("0/start_point/hiker.c"), "int y;\n").unwrap();
    assert!(!check());
}

#[test]
fn a_catalogue_without_digests_is_compared_with_its_list() {
    let top = tempfile::tempdir().unwrap();
    for kind in [Kind::Languages, Kind::Exercises, Kind::Custom] {
        let folder = top.path().join(kind.as_str());
        deployed_catalogue(&folder, kind, 12).unwrap();
        assert_eq!(said(&folder).unwrap(), None);
        let shas = fs::read_to_string(folder.join("shas.txt")).unwrap();
        fs::rename(folder.join("7"), top.path().join("7")).unwrap();
        not_whole(&folder, "`shas.txt` lists `7`, which has no start-point");
        fs::rename(folder.join("11"), top.path().join("11")).unwrap();
        let found = "`shas.txt` lists `11`, which has no start-point, and 1 other folder disagrees";
        not_whole(&folder, found);
        fs::rename(top.path().join("11"), folder.join("11")).unwrap();
        fs::rename(top.path().join("7"), folder.join("7")).unwrap();
        let lines: BTreeMap<usize, &str> = shas.lines().enumerate().collect();
        let without = |at: usize| {
            lines
                .iter()
                .filter(|(index, _)| **index != at)
                .map(|(_, line)| format!("{line}\n"))
                .collect::<String>()
        };
        fs::write(folder.join("shas.txt"), without(3)).unwrap();
        not_whole(&folder, "`shas.txt` does not list `3`");
        for (line, number) in [("x", 13), ("0\ta\tb", 13), ("3", 13)] {
            fs::write(folder.join("shas.txt"), format!("{shas}\n{line}\n")).unwrap();
            let expected =
                format!("line {} of `F/shas.txt` is not a number of its own, a sha and a URL", number + 1);
            assert_eq!(said(&folder), Err(expected), "{line}");
        }
        fs::write(folder.join("shas.txt"), shas).unwrap();
        fs::rename(folder.join("7"), folder.join("07")).unwrap();
        not_whole(&folder, "`shas.txt` does not list `07`");
        fs::remove_dir_all(top.path().join(kind.as_str())).unwrap();
    }
}

#[test]
fn durations_beside_a_manifest_may_be_added_later() {
    let world = world();
    let folder = world.output();
    let manifest =
        snapshot(&folder).unwrap().into_keys().find(|path| path.ends_with("/manifest.json")).unwrap();
    let beside = folder.join(&manifest).with_file_name("durations.json");
    fs::write(&beside, "{}").unwrap();
    said(&folder).unwrap().unwrap();
    let elsewhere = folder.join("durations.json");
    fs::write(&elsewhere, "{}").unwrap();
    not_whole(&folder, "`durations.json` was added");
}
