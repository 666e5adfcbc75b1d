//! What becomes of a report on its way out: paths that services know, links that terminals show.

use std::path::Path;
use std::process::Command;

use crate::run::{command, exercise, git, ran, run_in, write};
use serde_json::Value;

/// A repository with a manifest at `a/b/manifest.json` that names a file which is missing.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), &[("a/b/manifest.json", &exercise("readme.txt")), ("a/c/other.txt", "x\n")]);
    folder
}

fn github(folder: &Path, paths: &[&str]) -> String {
    let ran = run_in(folder, &[&["check", "--quiet", "--format", "github"], paths].concat());
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

#[test]
fn github_and_sarif_name_files_from_the_top_of_the_repository_wherever_they_run() {
    let repository = repository();
    let top = repository.path();
    let absolute = top.join("a/b").display().to_string();
    let runs: [(&str, &[&str]); 7] = [
        ("", &[]),
        ("", &["./a/../a/b"]),
        ("a", &[]),
        ("a/b", &["manifest.json"]),
        ("a/c", &["../b"]),
        ("a/c", &["../../a/b/manifest.json"]),
        ("a", &[&absolute]),
    ];
    for (place, paths) in runs {
        let folder = top.join(place);
        let github = github(&folder, paths);
        assert!(github.contains(",file=a/b/manifest.json,"), "{place} {paths:?}: {github}");
        let arguments = [&["check", "--quiet", "--format", "sarif"], paths].concat();
        let sarif: Value = serde_json::from_str(&run_in(&folder, &arguments).stdout).expect("JSON");
        let location =
            &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(location["uri"], "a/b/manifest.json", "{place} {paths:?}");
    }
}

#[test]
fn outside_a_repository_a_path_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("a/manifest.json", &exercise("readme.txt"))]);
    assert!(github(folder.path(), &[]).contains(",file=a/manifest.json,"));
    assert!(github(&folder.path().join("a"), &[]).contains(",file=manifest.json,"));
}

/// Runs on a terminal of `script`'s, with these variables and no others that speak of terminals.
fn on_a_terminal(folder: &Path, arguments: &str, variables: &[(&str, &str)]) -> String {
    let mut script = Command::new("script");
    script.args(["--quiet", "--command"]);
    script.arg(format!("{} {arguments}", env!("CARGO_BIN_EXE_start-points"))).arg("/dev/null");
    for name in ["NO_COLOR", "FORCE_HYPERLINK", "VTE_VERSION", "TERM_PROGRAM", "CI", "CLICOLOR", "COLORTERM"]
    {
        script.env_remove(name);
    }
    script.current_dir(folder).env("TERM", "xterm-256color").envs(variables.iter().copied());
    ran(script.output().expect("script runs")).stdout
}

const LINK: &str =
    "\u{1b}]8;;https://github.com/cyber-dojo/start-points/blob/main/docs/rules/missing-file.md\u{1b}\\";
const KNOWS: (&str, &str) = ("VTE_VERSION", "7600");

#[test]
fn a_rule_links_to_its_page_on_a_terminal_that_knows_links() {
    let repository = repository();
    let shown = |arguments, variables| on_a_terminal(repository.path(), arguments, variables);
    assert!(shown("check", &[KNOWS]).contains(LINK));
    assert!(shown("check", &[("FORCE_HYPERLINK", "1")]).contains(LINK));
    let without = [
        shown("check", &[]),
        shown("check", &[KNOWS, ("NO_COLOR", "1")]),
        shown("check", &[KNOWS, ("FORCE_HYPERLINK", "0")]),
        shown("check", &[KNOWS, ("TERM", "dumb")]),
        shown("check --color never", &[KNOWS]),
        shown("check --format concise", &[KNOWS]),
        shown("check --format github", &[KNOWS]),
        shown("check --color always | cat", &[KNOWS, ("FORCE_HYPERLINK", "1")]),
    ];
    for text in without {
        assert!(text.contains("missing-file") && !text.contains("]8;"), "{text}");
    }
}

#[test]
fn a_pipe_gets_no_links() {
    let repository = repository();
    let mut check = command();
    check.current_dir(repository.path()).args(["check", "--color", "always"]).env_remove("NO_COLOR");
    let text = ran(check.env("FORCE_HYPERLINK", "1").env(KNOWS.0, KNOWS.1).output().expect("it runs")).stdout;
    assert!(text.contains("missing-file") && text.contains("\u{1b}[") && !text.contains("]8;"), "{text}");
}
