//! What depends on git: image names, sessions and paths of real repositories.

use std::process::Command;

use crate::run::{git, run_in, write};
use tempfile::tempdir;

#[test]
fn the_image_name_is_the_repositorys_with_the_sha7_of_its_commit() {
    let folder = tempdir().expect("a folder");
    assert_eq!(run_in(folder.path(), &["new", "languages", "ltf"]).code, Some(0));
    let ltf = folder.path().join("ltf");
    let ran = run_in(folder.path(), &["image-name", "ltf"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("is not in a git repository with a commit"), "{}", ran.stderr);

    git(&ltf, &["init", "--quiet"]);
    git(&ltf, &["add", "--all"]);
    git(&ltf, &["commit", "--quiet", "--message=first"]);
    let sha =
        Command::new("git").args(["rev-parse", "HEAD"]).current_dir(&ltf).output().expect("git runs").stdout;
    let sha7 = String::from_utf8(sha).expect("UTF-8")[..7].to_owned();
    let named = format!("example/bash_plain:{sha7}");
    assert_eq!(run_in(folder.path(), &["image-name", "ltf"]).stdout, format!("{named}\n"));
    assert_eq!(run_in(&ltf, &["image-name", "--require-clean"]).stdout, format!("{named}\n"));
    assert_eq!(run_in(&ltf.join("start_point"), &["image-name", ".."]).stdout, format!("{named}\n"));

    let ran = run_in(folder.path(), &["mix", "ltf"]);
    assert!(ran.stdout.contains(&format!("\"image_name\": \"{named}\"")), "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("\"exercise\""));

    write(&ltf, &[("start_point/new.txt", "x\n")]);
    assert_eq!(run_in(&ltf, &["image-name"]).stdout, format!("{named}-dirty\n"));
    let ran = run_in(&ltf, &["image-name", "--require-clean"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("the work tree has uncommitted changes"), "{}", ran.stderr);
}

#[test]
fn a_base_language_has_an_image_name_and_a_pinned_one_keeps_its_tag() {
    let folder = tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            ("gcc/docker/image_name.json", "{ \"image_name\": \"example/gcc\" }"),
            ("gcc/docker/Dockerfile.base", "FROM alpine:3.20\n"),
            ("pinned/start_point/manifest.json", "{ \"image_name\": \"example/x:3.7.4-18\" }"),
        ],
    );
    for repository in ["gcc", "pinned"] {
        let repository = folder.path().join(repository);
        git(&repository, &["init", "--quiet"]);
        git(&repository, &["add", "--all"]);
        git(&repository, &["commit", "--quiet", "--message=first"]);
    }
    let ran = run_in(folder.path(), &["image-name", "gcc"]);
    assert!(
        ran.stdout.starts_with("example/gcc:") && ran.stdout.trim_end().len() == "example/gcc:".len() + 7
    );
    for dialect in ["auto", "pinned"] {
        let ran = run_in(folder.path(), &["image-name", "pinned", "--dialect", dialect]);
        assert_eq!(ran.stdout, "example/x:3.7.4-18\n", "{dialect}");
    }
    let ran = run_in(folder.path(), &["image-name", "pinned", "--dialect", "derived"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("no image name in docker/image_name.json"), "{}", ran.stderr);
    // What is pinned does not come from the commit.
    write(folder.path(), &[("pinned/new", ""), ("gcc/new", "")]);
    let ran = run_in(folder.path(), &["image-name", "pinned", "--require-clean"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "example/x:3.7.4-18\n"));
    assert!(run_in(folder.path(), &["image-name", "gcc"]).stdout.ends_with("-dirty\n"));
}

#[test]
fn what_new_writes_passes_and_mixes() {
    let folder = tempdir().expect("a folder");
    for arguments in [
        ["new", "languages", "ltf", "--name", "Bash 5.3, bats"],
        ["new", "exercises", "exercises", "--name", "Leap Years"],
        ["new", "custom", "custom", "--name", "Tennis, C#"],
    ] {
        assert_eq!(run_in(folder.path(), &arguments).code, Some(0), "{arguments:?}");
    }
    let ran = run_in(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", "3 manifests: clean\n"));
    let sha = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e";
    let ran = run_in(folder.path(), &["mix", "ltf", "exercises/start-points/Leap_Years", "--sha", sha]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let session: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(session["image_name"], "example/bash_plain:4edf92a");
    assert_eq!(session["exercise"], "Leap Years");
    assert_eq!(
        session["visible_files"]["readme.txt"]["content"],
        "Leap Years\n\nDescribe the exercise here.\n"
    );
    let ran = run_in(folder.path(), &["new", "custom", "custom"]);
    assert_eq!(ran.code, Some(2), "what is there is never written over");
}

#[test]
fn sarif_names_files_from_the_top_of_their_repository() {
    let folder = tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), &[("start-points/C#/manifest.json", "{")]);
    for place in [folder.path().to_owned(), folder.path().join("start-points")] {
        let ran = run_in(&place, &["check", "--format", "sarif"]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let log: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "start-points/C%23/manifest.json");
    }
}
