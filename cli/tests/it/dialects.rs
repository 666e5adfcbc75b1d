//! Where image names come from, as what is in the repository decides; and what is not a start-point at all.

use std::fs;
use std::path::Path;

use crate::run::{git, run_in, write};
use serde_json::Value;

/// A repository of a language: whether its manifest names its image, and what its docker folder holds.
fn ltf(folder: &Path, name: &str, image_name: Option<&str>, docker: &[&str]) {
    let image_name = image_name.map(|name| format!("\"image_name\": \"{name}\", ")).unwrap_or_default();
    let manifest = format!(
        "{{ {image_name}\"display_name\": \"{name}\", \"visible_filenames\": [\"cyber-dojo.sh\"], \
         \"filename_extension\": \".c\", \"language\": [\"{name}\", \"1\"], \"test_framework\": [\"assert\", \"\"] }}\n"
    );
    write(
        folder,
        &[
            (&format!("{name}/start_point/manifest.json"), manifest.as_str()),
            (&format!("{name}/start_point/cyber-dojo.sh"), "make\n"),
        ],
    );
    for file in docker {
        let text = match *file {
            "image_name.json" => "{ \"image_name\": \"example/x\" }\n",
            _ => "FROM alpine:3.20\n",
        };
        write(folder, &[(&format!("{name}/docker/{file}"), text)]);
    }
}

/// The rules of what `check` finds with these arguments.
fn rules(folder: &Path, arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let ran = run_in(folder, &[&["check", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
    let found = report["diagnostics"].as_array().expect("diagnostics").iter();
    (ran.code, found.map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect())
}

/// What the manifest names, what the docker folder holds, how `check` ends, and what it finds.
type Case = (Option<&'static str>, &'static [&'static str], i32, &'static [&'static str]);

#[test]
fn what_is_in_the_repository_decides() {
    const PINNED: Option<&str> = Some("example/x:4edf92a");
    const BOTH: &[&str] = &["image_name.json", "Dockerfile"];
    let cases: [Case; 8] = [
        (PINNED, &[], 0, &[]),
        (PINNED, BOTH, 0, &["pinned-beside-docker"]),
        (PINNED, &["Dockerfile.base"], 0, &["pinned-beside-docker"]),
        (Some("other/y:1"), BOTH, 0, &["image-name-mismatch", "pinned-beside-docker"]),
        (None, BOTH, 0, &[]),
        (None, &["image_name.json"], 0, &[]),
        (None, &[], 1, &["missing-docker-image-name"]),
        (None, &["Dockerfile"], 1, &["missing-docker-image-name"]),
    ];
    for (image_name, docker, code, expected) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        ltf(folder.path(), "c", image_name, docker);
        assert_eq!(
            rules(folder.path(), &[]),
            (Some(code), expected.iter().map(|rule| (*rule).to_owned()).collect())
        );
        let before = fs::read(folder.path().join("c/start_point/manifest.json")).expect("a file");
        run_in(folder.path(), &["check", "--fix"]);
        let after = fs::read(folder.path().join("c/start_point/manifest.json")).expect("a file");
        assert_eq!(after, before, "no safe fix moves a manifest");
    }
}

#[test]
fn a_manifest_moves_only_where_its_image_is_built_and_the_title_says_from_what_to_what() {
    for (docker, moves) in [
        (&["Dockerfile"][..], true),
        (&["Dockerfile.base"], true),
        (&["image_name.json"], false),
        (&[], false),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        ltf(folder.path(), "c", Some("example/x:4edf92a"), docker);
        let ran = run_in(folder.path(), &["check", "--unsafe-fixes"]);
        let text = fs::read_to_string(folder.path().join("c/start_point/manifest.json")).expect("a file");
        assert_eq!(text.contains("image_name"), !moves, "{docker:?}");
        assert_eq!(
            ran.stderr.contains("the image was `example/x:4edf92a` and will be `example/x:COMMIT`"),
            moves
        );
        assert_eq!(
            folder.path().join("c/docker/image_name.json").exists(),
            moves || docker.contains(&"image_name.json")
        );
    }
}

#[test]
fn one_wrong_setting_over_many_repositories_is_one_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    for index in 0..82 {
        ltf(folder.path(), &format!("c{index:02}"), Some("example/x:4edf92a"), &[]);
    }
    assert_eq!(rules(folder.path(), &[]), (Some(0), Vec::new()));
    let wrong = ["--dialect", "derived"];
    assert_eq!(rules(folder.path(), &wrong), (Some(1), vec!["unexpected-image-name".to_owned()]));
    let ran = run_in(folder.path(), &["check", "--dialect", "derived"]);
    assert!(
        ran.stdout.contains("in 82 languages manifests whose repositories build no image"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("--dialect auto"), "{}", ran.stdout);
    // The setting of one repository is the fault of that one.
    fs::write(folder.path().join("c07/start-points.toml"), "dialect = \"derived\"\n").expect("a file");
    let ran = run_in(folder.path(), &["check", "--format", "concise"]);
    assert!(ran.stdout.starts_with("c07/start_point/manifest.json:"), "{}", ran.stdout);
}

#[test]
fn the_manifest_of_something_else_is_passed_over_unless_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    ltf(folder.path(), "c", Some("example/x:4edf92a"), &[]);
    let others = [
        ("web/public/manifest.json", "{ \"name\": \"app\", \"icons\": [] }\n"),
        ("extension/manifest.json", "{ \"manifest_version\": 3, \"name\": \"x\", \"version\": \"1\" }\n"),
        ("web/commented/manifest.json", "{ // for people\n  \"short_name\": \"app\" }\n"),
        ("list/manifest.json", "{ \"files\": [1, 2,] }\n"),
    ];
    write(folder.path(), &others);
    let ran = run_in(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("1 manifest: clean") && ran.stderr.contains("4 manifest.json files skipped"),
        "{}",
        ran.stderr
    );
    for (path, _) in others {
        assert_eq!(run_in(folder.path(), &["check", path]).code, Some(1), "{path}");
    }
    // A place of start-points, one of their keys, or a kind that is chosen: then it is one.
    write(folder.path(), &[("web/start_point/manifest.json", "{ \"name\": \"app\" }\n")]);
    assert_eq!(run_in(folder.path(), &["check", "web"]).code, Some(1));
    write(folder.path(), &[("near/manifest.json", "{ \"name\": \"app\", \"tab_size\": 4 }\n")]);
    assert_eq!(run_in(folder.path(), &["check", "near"]).code, Some(1));
    assert_eq!(run_in(folder.path(), &["check", "extension", "--kind", "exercises"]).code, Some(1));
    let ran = run_in(folder.path(), &["check", "extension"]);
    assert!(ran.code == Some(1) && ran.stdout.contains("no-manifest"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_catalogue_says_what_its_start_points_are_and_where_they_come_from() {
    let folder = tempfile::tempdir().expect("a folder");
    ltf(folder.path(), "0", Some("example/x:4edf92a"), &[]);
    let sha = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e";
    let url = "https://github.com/cyber-dojo-start-points/x";
    write(
        folder.path(),
        &[
            ("shas.txt", &format!("0 \t {sha} \t {url}\n")),
            ("0/start_point/sha.txt", &format!("{sha}\n")),
            ("0/start_point/url.txt", &format!("{url}\n")),
        ],
    );
    let ran = run_in(folder.path(), &["inspect", ".", "--format", "json"]);
    let offered: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((&offered[0]["language"], &offered[0]["test_framework"]), (&"0".into(), &"assert".into()));
    let ran = run_in(folder.path(), &["mix", "0"]);
    let mixed: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((&mixed["url"], &mixed["sha"]), (&url.into(), &sha.into()), "{}", ran.stderr);
}

/// What a commit does not hold, `create` does not see.
#[cfg(unix)]
#[test]
fn a_start_point_that_is_a_submodule_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    ltf(folder.path(), "inner", Some("example/x:4edf92a"), &[]);
    let start_point = folder.path().join("inner/start_point");
    git(&start_point, &["init", "--quiet"]);
    git(&start_point, &["add", "--all"]);
    git(&start_point, &["commit", "--quiet", "--message=one"]);
    let outer = folder.path().join("outer");
    fs::create_dir(&outer).expect("a folder");
    git(&outer, &["init", "--quiet"]);
    let from = start_point.display().to_string();
    for place in ["start_point", "start-points/A", "start-points/G/A", "lib"] {
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, place];
        git(&outer, &add);
        let (_, found) = rules(&outer, &[]);
        assert!(found.contains(&"submodule-start-point".to_owned()), "{place}");
        let path = format!("{place}: error: submodule-start-point");
        let ran = run_in(&outer, &["check", "--format", "concise"]);
        assert_eq!(
            ran.stdout.contains(&path) || ran.stdout.contains(&format!("{place}: submodule-start-point")),
            place != "lib",
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn nothing_checked_is_not_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    ltf(folder.path(), "c", Some("example/x:4edf92a"), &[]);
    fs::write(folder.path().join("start-points.toml"), "exclude = [\"c/\"]\n").expect("a file");
    let ran = run_in(folder.path(), &["check"]);
    assert!(
        !ran.stderr.contains("clean") && ran.stderr.contains("1 path excluded by settings"),
        "{}",
        ran.stderr
    );
}
