//! Fixes of the files beside a manifest: texts alone change, and only the bytes at fault.

use start_points::check::Tree;
use start_points::files::FileEntry;
use start_points::fix::Changes;
use start_points::{Dialect, Kind};

use super::{mended, pinned};
use crate::support::{alone, apply, content, found, mend, options, rules, text};

fn listing(names: &[&str]) -> String {
    pinned(&format!("\"visible_filenames\": {names:?}"))
}

fn with(files: &[(&str, &[u8])]) -> Tree {
    let names: Vec<_> = files.iter().map(|(name, _)| *name).chain(["cyber-dojo.sh"]).collect();
    let mut tree = alone(&listing(&names), &["cyber-dojo.sh"]);
    for (name, bytes) in files {
        tree.insert((*name).to_owned(), FileEntry::Content(bytes.to_vec()));
    }
    tree
}

const LANGUAGES: (Kind, Dialect) = (Kind::Languages, Dialect::Pinned);

#[test]
fn scripts_lose_their_carriage_returns_without_a_look() {
    let files: [(&str, &[u8]); 4] = [
        ("run.sh", b"one\r\ntwo\r\n"),
        ("bin/test", b"#!/bin/sh\r\nmake\n"),
        ("deep/a.sh", b"\r\n\xc3\xa9\r\r\n\xc3\xbc\rx"),
        ("tool.py", b"#!/usr/bin/env python3\r\n"),
    ];
    let mended = mended(with(&files), LANGUAGES.0, LANGUAGES.1, "crlf-line-ending", false);
    assert_eq!(text(&mended, "run.sh"), "one\ntwo\n");
    assert_eq!(text(&mended, "bin/test"), "#!/bin/sh\nmake\n");
    assert_eq!(text(&mended, "deep/a.sh"), "\né\nü\rx");
    assert_eq!(text(&mended, "tool.py"), "#!/usr/bin/env python3\n");
}

#[test]
fn other_texts_lose_them_when_asked_for() {
    let files: [(&str, &[u8]); 3] =
        [("run.bat", b"@echo off\r\n"), ("readme.txt", b"a\nb\r\n"), ("x.sh.txt", b" #!/bin/sh\r\n")];
    let mended = mended(with(&files), LANGUAGES.0, LANGUAGES.1, "crlf-line-ending", true);
    assert_eq!(text(&mended, "run.bat"), "@echo off\n");
    assert_eq!(text(&mended, "readme.txt"), "a\nb\n");
    assert_eq!(text(&mended, "x.sh.txt"), " #!/bin/sh\n");
}

#[test]
fn what_is_not_a_text_keeps_every_byte() {
    let files: [(&str, &[u8]); 5] = [
        ("logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("latin.sh", b"#!/bin/sh\r\necho \xe9"),
        ("utf16.txt", b"\xff\xfea\0\r\0\n\0"),
        ("nul.sh", b"one\r\n\0"),
        ("half.txt", b"one\r\n\xe2\x82"),
    ];
    let mut tree = with(&files);
    assert_eq!(mend(&mut tree, &options(LANGUAGES.0, LANGUAGES.1), true), 0);
    for (name, bytes) in files {
        assert_eq!(content(&tree, name), bytes, "{name}");
    }
    let found = rules(&tree, &options(LANGUAGES.0, LANGUAGES.1));
    assert_eq!(found, ["invalid-utf8"; 4], "the NUL is not a fault");
}

#[test]
fn a_file_named_a_thousand_times_keeps_the_report_small() {
    let bytes = b"0123456789\r\n".repeat(2_000);
    let names = vec!["a.sh"; 1_000];
    let mut tree = alone(&listing(&names), &[]);
    tree.insert("a.sh".to_owned(), FileEntry::Content(bytes));
    let found = found(&tree, &options(LANGUAGES.0, LANGUAGES.1));
    let edits = found.iter().flat_map(|found| &found.fixes).flat_map(|fix| &fix.edits);
    let size: usize = edits.map(|edit| edit.text.len() + 100).sum();
    assert!((10_000..1_000_000).contains(&size), "{size}");
}

#[test]
fn both_faults_of_a_script_are_fixed_in_one_round() {
    let mut tree = with(&[("a.sh", b"one\r\ntwo")]);
    let options = options(LANGUAGES.0, LANGUAGES.1);
    let changes = Changes::choose(&found(&tree, &options), false);
    assert_eq!(apply(&mut tree, &changes), 2);
    assert_eq!(text(&tree, "a.sh"), "one\ntwo\n");
}

/// A start-point in a folder: at the top of a repository the neighbours are the repository's own.
fn below(manifest: &str, files: &[&str]) -> Tree {
    let tree = alone(manifest, files);
    tree.iter().map(|(path, entry)| (format!("x/{path}"), entry.clone())).collect()
}

#[test]
fn a_renamed_file_gets_its_new_name_wherever_it_is_named() {
    for (old, new) in [("hikr.c", "hiker.c"), ("Hiker.c", "hiker.c"), ("hiker.tests.c", "hiker_tests.c")] {
        let named = |name: &str| {
            pinned(&format!(
                "\"visible_filenames\": [\"cyber-dojo.sh\", \"{name}\"],\n  \"highlight_filenames\": [\"{name}\"]"
            ))
        };
        let tree = below(&named(old), &["cyber-dojo.sh", new]);
        let mended = mended(tree, LANGUAGES.0, LANGUAGES.1, "missing-file", true);
        assert_eq!(text(&mended, "x/manifest.json"), named(new));
    }
}

#[test]
fn a_new_name_is_written_as_json() {
    let tree = below(&listing(&["cyber-dojo.sh", "hiker.c"]), &["cyber-dojo.sh", "hike\"r.c"]);
    let mended = mended(tree, LANGUAGES.0, LANGUAGES.1, "missing-file", true);
    assert!(text(&mended, "x/manifest.json").contains(r#""hike\"r.c""#));
}

#[test]
fn a_file_that_may_not_be_the_renamed_one_is_not_guessed() {
    for (names, files) in [
        // Two names without files.
        (["cyber-dojo.sh", "hikr.c", "tset.c"].as_slice(), ["cyber-dojo.sh", "hiker.c"].as_slice()),
        // Two files without names.
        (&["cyber-dojo.sh", "hikr.c"], &["cyber-dojo.sh", "hiker.c", "hikers.c"]),
        // Not near.
        (&["cyber-dojo.sh", "hiker.c"], &["cyber-dojo.sh", "Makefile"]),
        // The near one has a name already.
        (&["cyber-dojo.sh", "hikr.c", "hiker.c"], &["cyber-dojo.sh", "hiker.c"]),
        // A file for other tools.
        (&["cyber-dojo.sh", "option.json"], &["cyber-dojo.sh", "options.json"]),
    ] {
        let tree = below(&listing(names), files);
        let found = found(&tree, &options(LANGUAGES.0, LANGUAGES.1));
        let missing: Vec<_> = found.iter().filter(|found| found.rule.id == "missing-file").collect();
        assert!(!missing.is_empty() && missing.iter().all(|found| found.fixes.is_empty()), "{names:?}");
    }
}
