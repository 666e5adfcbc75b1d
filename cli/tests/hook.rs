//! Which files the pre-commit hook is handed.

#![allow(clippy::expect_used, reason = "a test")]

use regex::Regex;

const HOOKS: &str = include_str!("../../.pre-commit-hooks.yaml");

#[test]
fn the_hook_sees_what_belongs_to_a_start_point() {
    let files = HOOKS.lines().find_map(|line| line.trim().strip_prefix("files: ")).expect("a pattern");
    let files = Regex::new(files).expect("a regular expression");
    for path in [
        "manifest.json",
        "start_point/manifest.json",
        "start_point/hiker.py",
        "start-points/Fizz_Buzz/readme.txt",
        "x/start-points/Tennis/C#/manifest.json",
        "docker/image_name.json",
        "docker/Dockerfile",
        "docker/Dockerfile.base",
    ] {
        assert!(files.is_match(path), "{path}");
    }
    for path in [
        "README.md",
        "package-manifest.json",
        "manifest.json.orig",
        "docker/install.sh",
        "docker/Dockerfile.bak",
        "my_start_point/x",
        "src/docker_image_name.json",
    ] {
        assert!(!files.is_match(path), "{path}");
    }
}
