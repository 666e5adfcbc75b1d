//! The pre-commit hooks: whatever a commit changes, each checks the whole repository.

use std::fs;
use std::path::Path;

use crate::run::{Ran, git, run_in, write};
use serde_json::Value;

/// A change of a repository.
type Change = fn(&Path);

fn hooks() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.pre-commit-hooks.yaml");
    serde_saphyr::from_str(&fs::read_to_string(path).expect("a file")).expect("YAML")
}

/// Runs a hook's command as pre-commit does: at the top of the repository, without names of files.
fn hook(id: &str, top: &Path, extra: &[&str]) -> Ran {
    let hooks = hooks();
    let hook = hooks.iter().find(|hook| hook["id"] == id).expect("a hook");
    let entry = hook["entry"].as_str().expect("a command");
    let words: Vec<&str> = entry.split(' ').skip(1).chain(extra.iter().copied()).collect();
    run_in(top, &words)
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run_in(folder.path(), &["new", "languages", "."]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message=good"]);
    folder
}

#[test]
fn no_hook_chooses_files_and_each_command_is_one() {
    let hooks = hooks();
    let ids: Vec<_> = hooks.iter().map(|hook| hook["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["start-points", "start-points-fix"]);
    for hook in hooks {
        assert_eq!((&hook["always_run"], &hook["pass_filenames"]), (&true.into(), &false.into()), "{hook}");
        for chooser in ["files", "exclude", "types", "types_or", "exclude_types", "stages"] {
            assert!(hook[chooser].is_null(), "{hook}");
        }
        let entry = hook["entry"].as_str().expect("a command");
        start_points_cli::command().try_get_matches_from(entry.split(' ')).expect("arguments of the command");
    }
}

#[test]
fn what_pre_commit_hands_to_no_hook_is_seen() {
    let cases: [(&str, Change); 6] = [
        ("missing-file", |top| git(top, &["rm", "--quiet", "start_point/cyber-dojo.sh"])),
        ("missing-file", |top| git(top, &["mv", "start_point/test_hiker.sh", "test_hiker.sh"])),
        ("missing-docker-image-name", |top| git(top, &["rm", "--quiet", "docker/image_name.json"])),
        ("irregular-file", |top| {
            fs::remove_file(top.join("start_point/cyber-dojo.sh")).expect("removed");
            std::os::unix::fs::symlink("../docker", top.join("start_point/cyber-dojo.sh")).expect("a link");
        }),
        ("max-seconds-capped", |top| {
            write(top, &[("start-points.toml", "[rules]\nmax-seconds-capped = \"error\"\n")]);
            let path = top.join("start_point/manifest.json");
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(path, text.replace("\"max_seconds\": 10", "\"max_seconds\": 20")).expect("written");
        }),
        ("duplicate-display-name", |top| {
            for folder in ["a/start-points/Fizz", "b/start-points/Buzz"] {
                let path = format!("{folder}/manifest.json");
                write(top, &[(&path, &crate::run::exercise("x.txt")), (&format!("{folder}/x.txt"), "x\n")]);
            }
        }),
    ];
    for (rule, change) in cases {
        let folder = repository();
        let clean = hook("start-points", folder.path(), &[]);
        assert_eq!((clean.code, &*clean.stdout, &*clean.stderr), (Some(0), "", ""));
        change(folder.path());
        let ran = hook("start-points", folder.path(), &[]);
        assert_eq!(ran.code, Some(1), "{rule}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(rule), "{rule}: {}", ran.stdout);
    }
}

#[test]
fn warnings_stop_a_commit_where_a_flag_or_the_settings_say_so() {
    let folder = repository();
    let top = folder.path();
    write(top, &[("start_point/hiker.sh", "answer() { echo 42; }")]);
    assert_eq!(hook("start-points", top, &[]).code, Some(0));
    let strict = hook("start-points", top, &["--error-on-warnings"]);
    assert_eq!(strict.code, Some(1));
    assert!(strict.stdout.contains("warning[no-final-newline]"), "{}", strict.stdout);
    write(top, &[("start-points.toml", "error_on_warnings = true\n")]);
    assert_eq!(hook("start-points", top, &[]).code, Some(1));
    assert_eq!(run_in(top, &["check", "--diff"]).code, Some(1));
    write(top, &[("start-points.toml", "error_on_warnings = true\n[rules]\nno-final-newline = \"info\"\n")]);
    assert_eq!(hook("start-points", top, &[]).code, Some(0), "a note is not a warning");
    // Each repository has its own settings.
    write(top, &[("start-points.toml", "error_on_warnings = false\n")]);
    let second = top.join("second");
    assert_eq!(run_in(top, &["new", "exercises", "second"]).code, Some(0));
    write(
        &second,
        &[("start-points/Fizz_Buzz/readme.txt", "x"), ("start-points.toml", "error_on_warnings = true\n")],
    );
    assert_eq!(run_in(top, &["check", "start_point"]).code, Some(0));
    assert_eq!(run_in(top, &["check"]).code, Some(1));
    let word = run_in(top, &["check", "--format", "json", "second"]);
    assert_eq!((word.code, word.stdout.contains("\"errors\":0")), (Some(1), true), "{}", word.stdout);
}

#[test]
fn the_fixing_hook_fixes_and_reports_what_is_left() {
    let folder = repository();
    let top = folder.path();
    let manifest = top.join("start_point/manifest.json");
    let good = fs::read_to_string(&manifest).expect("a file");
    fs::write(&manifest, good.replace("\".sh\"", "\"sh\"")).expect("written");
    assert_eq!(hook("start-points-fix", top, &[]).code, Some(0));
    assert_eq!(fs::read_to_string(&manifest).expect("a file"), good);
    git(top, &["rm", "--quiet", "start_point/hiker.sh"]);
    let ran = hook("start-points-fix", top, &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("missing-file"), "{}", ran.stdout);
}
