//! A manifest from standard input.

use crate::run::{exercise, run_with_input, write};
use tempfile::tempdir;

#[test]
fn files_of_a_manifest_without_a_place_are_not_asked_for() {
    let folder = tempdir().expect("a folder");
    let ran = run_with_input(
        folder.path(),
        &["check", "-", "--kind", "exercises"],
        exercise("readme.txt").as_bytes(),
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    let ran =
        run_with_input(folder.path(), &["check", "-", "--format", "concise"], b"{ \"display_name\": 1 }");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.starts_with(
            "<stdin>:1:1: missing-key: missing key `visible_filenames`\n<stdin>:1:19: wrong-type: "
        ),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_filename_gives_it_neighbours_and_kind_and_the_text_of_the_buffer_counts() {
    let folder = tempdir().expect("a folder");
    write(
        folder.path(),
        &[("start-points/A/manifest.json", "what is on disk is older"), ("start-points/A/readme.txt", "x\n")],
    );
    let arguments = ["check", "-", "--format", "concise", "--stdin-filename", "start-points/A/manifest.json"];
    let ran = run_with_input(folder.path(), &arguments, exercise("readme.txt").as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    let ran = run_with_input(folder.path(), &arguments, exercise("redme.txt").as_bytes());
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("start-points/A/manifest.json:1:54: missing-file"), "{}", ran.stdout);
}
