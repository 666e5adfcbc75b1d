//! Start-points on real disks: discovery, settings and their precedence, checks, and fixes while others write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use start_points::Kind;
use start_points::levels::Level;
use start_points::rule::Severity;
use start_points_workspace::find::{Target, visit_targets};
use start_points_workspace::fix::{FixOptions, FixResult, FixWriteError, FixWriter, fix};
use start_points_workspace::settings::{Overrides, ReportFormat, read_settings};
use start_points_workspace::{DiskChecker, DiskFiles, DiskOutput, manifest_at, settings_folder};
use tempfile::TempDir;

const GOOD: &str = r#"{"display_name": "Fizz Buzz", "visible_filenames": ["readme.txt"]}"#;
/// A trailing comma, which a safe fix removes.
const FIXABLE: &str = r#"{"display_name": "Fizz Buzz", "visible_filenames": ["readme.txt"],}"#;

/// A folder whose files are given as path and text; one named `….git` becomes a folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let top = TempDir::new().unwrap();
    for (path, text) in files {
        let path = top.path().join(path);
        if path.ends_with(".git") && text.is_empty() {
            fs::create_dir_all(path).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    top
}

/// An exercises repository with one manifest.
fn exercises(manifest: &str) -> TempDir {
    folder(&[
        (".git", ""),
        ("start-points/Fizz_Buzz/manifest.json", manifest),
        ("start-points/Fizz_Buzz/readme.txt", "Count, but fizz and buzz.\n"),
    ])
}

/// No environment: it is the same for every test of this process.
fn overrides() -> Overrides {
    Overrides { environment: false, ..Overrides::default() }
}

fn check(path: &Path, overrides: Overrides) -> DiskOutput {
    let paths = [path.to_owned()];
    DiskChecker::new(overrides).check(&DiskFiles::new(&paths), &paths, &mut |_| true).unwrap()
}

fn rules(output: &DiskOutput) -> Vec<&'static str> {
    output.output.report.diagnostics().iter().map(|fault| fault.rule.id).collect()
}

/// The targets below paths, relative to `top`.
fn targets(top: &Path, paths: &[&str]) -> Vec<String> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| top.join(path)).collect();
    let mut found = Vec::new();
    visit_targets(&paths, &mut |target| {
        let kind = match &target {
            Target::Manifest(_) => "given",
            Target::Discovered(_) => "manifest",
            Target::Docker(_) => "docker",
            Target::Submodule(_) => "submodule",
            Target::EmptyRepository(_) => "empty",
            Target::Unreadable(..) => "unreadable",
        };
        let path = target.path().strip_prefix(top).unwrap().to_str().unwrap().to_owned();
        found.push(format!("{kind} {path}"));
        Ok(true)
    })
    .unwrap();
    found.sort();
    found
}

#[test]
fn discovery_finds_manifests_docker_folders_and_empty_repositories() {
    let top = folder(&[
        ("python/.git", ""),
        ("python/start_point/manifest.json", GOOD),
        ("python/docker/Dockerfile", "FROM x\n"),
        ("none/.git", ""),
        ("none/readme.md", ""),
        ("ignored/.git", ""),
        ("ignored/.gitignore", "build/\n"),
        ("ignored/build/manifest.json", GOOD),
        ("ignored/.hidden/manifest.json", GOOD),
        ("ignored/a/manifest.json", GOOD),
    ]);
    assert_eq!(
        targets(top.path(), &["."]),
        [
            "docker python/docker",
            "empty none",
            "manifest ignored/a/manifest.json",
            "manifest python/start_point/manifest.json",
        ]
    );
}

#[test]
fn overlapping_paths_are_visited_once() {
    let top = exercises(GOOD);
    let manifest = "start-points/Fizz_Buzz/manifest.json";
    assert_eq!(targets(top.path(), &[manifest, ".", "start-points"]), [format!("given {manifest}")]);
}

#[test]
fn a_file_stands_for_the_start_point_that_it_is_in() {
    let top = exercises(GOOD);
    let found = targets(top.path(), &["start-points/Fizz_Buzz/readme.txt"]);
    assert_eq!(found, ["manifest start-points/Fizz_Buzz/manifest.json"]);
    let manifest = top.path().join("start-points/Fizz_Buzz/manifest.json");
    assert_eq!(manifest_at(manifest.parent().unwrap()), Some(manifest.clone()));
    assert_eq!(manifest_at(top.path()), None);
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_not_followed() {
    let top = exercises(GOOD);
    std::os::unix::fs::symlink(top.path(), top.path().join("start-points/loop")).unwrap();
    assert_eq!(targets(top.path(), &["."]), ["manifest start-points/Fizz_Buzz/manifest.json"]);
}

#[test]
fn settings_apply_inside_their_repository_only() {
    let top = folder(&[
        ("start-points.toml", ""),
        ("inner/.git", ""),
        ("inner/a/b/manifest.json", GOOD),
        ("outer/a/manifest.json", GOOD),
    ]);
    assert_eq!(settings_folder(&top.path().join("inner/a/b/manifest.json")), None);
    assert_eq!(settings_folder(&top.path().join("outer/a/manifest.json")), Some(top.path().to_owned()));
}

#[test]
fn flags_override_the_file() {
    let toml = "kind = \"custom\"\nformat = \"sarif\"\n[rules]\nunknown-key = \"off\"\n";
    let top = folder(&[(".git", ""), ("start-points.toml", toml)]);
    let read = |overrides| read_settings(Some(top.path()), &overrides).unwrap();
    let settings = read(overrides());
    assert_eq!((settings.kind, settings.format), (Some(Kind::Custom), ReportFormat::Sarif));
    let settings =
        read(Overrides { kind: Some(Kind::Exercises), format: Some(ReportFormat::Concise), ..overrides() });
    assert_eq!((settings.kind, settings.format), (Some(Kind::Exercises), ReportFormat::Concise));
    let unknown = r#"{"display_name": "x", "visible_filenames": ["readme.txt"], "colour": "red"}"#;
    let top = exercises(unknown);
    fs::write(top.path().join("start-points.toml"), "[rules]\nunknown-key = \"off\"\n").unwrap();
    assert_eq!(rules(&check(top.path(), overrides())), [""; 0]);
    let levels = vec![("unknown-key".to_owned(), Level::On(Severity::Warning))];
    assert_eq!(rules(&check(top.path(), Overrides { levels, ..overrides() })), ["unknown-key"]);
}

/// The environment is over the file and below flags. Run by the next test in a process of its own.
#[test]
#[ignore = "run with an environment by `the_environment_is_between_file_and_flags`"]
fn with_an_environment() {
    let top = PathBuf::from(env::var_os("WORKSPACE_TEST").unwrap());
    let read = |format| read_settings(Some(&top), &Overrides { format, ..Overrides::default() });
    assert_eq!(read(None).unwrap().format, ReportFormat::Json);
    assert_eq!(read(Some(ReportFormat::Github)).unwrap().format, ReportFormat::Github);
}

#[test]
fn the_environment_is_between_file_and_flags() {
    let top = folder(&[("start-points.toml", "format = \"sarif\"\n")]);
    let run = |name: &str| {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "with_an_environment", "--ignored"]);
        child.env("WORKSPACE_TEST", top.path()).env(name, "json").output().unwrap()
    };
    let ran = run("START_POINTS_FORMAT");
    assert!(ran.status.success(), "{ran:?}");
    let ran = run("START_POINTS_FORMATS");
    let message = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(!ran.status.success() && message.contains("did you mean START_POINTS_FORMAT?"), "{message}");
}

#[test]
fn wrong_settings_say_where_and_what_to_do() {
    for (toml, message, hint) in [
        ("kinds = \"custom\"\n", "unknown field `kinds`", "did you mean `kind`?"),
        ("[rules]\nunknown-kye = \"off\"\n", "unknown-kye", "`start-points explain` lists the rules"),
        ("exclude = [\"{\"]\n", "exclude `{`", "use the glob syntax of .gitignore"),
    ] {
        let top = folder(&[("start-points.toml", toml)]);
        let error = read_settings(Some(top.path()), &overrides()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(error.hint(), Some(hint), "{error}");
    }
}

#[test]
fn each_repository_is_checked_with_its_own_settings() {
    let unknown = r#"{"display_name": "x", "visible_filenames": ["readme.txt"], "colour": "red"}"#;
    let top = folder(&[
        ("a/.git", ""),
        ("a/start-points.toml", "[rules]\nunknown-key = \"off\"\n"),
        ("a/start-points/A/manifest.json", unknown),
        ("a/start-points/A/readme.txt", "a\n"),
        ("b/.git", ""),
        ("b/start-points/B/manifest.json", unknown),
        ("b/start-points/B/readme.txt", "b\n"),
        ("c/.git", ""),
        ("c/start-points.toml", "exclude = [\"start-points/C\"]\n"),
        ("c/start-points/C/manifest.json", unknown),
    ]);
    let output = check(top.path(), Overrides { kind: Some(Kind::Exercises), ..overrides() });
    let paths: Vec<_> =
        output.output.report.diagnostics().iter().filter(|fault| fault.rule.id == "unknown-key").collect();
    assert_eq!(paths.len(), 1, "{:?}", rules(&output));
    assert!(paths[0].place.path.ends_with("b/start-points/B/manifest.json"));
    assert_eq!(output.excluded, 1);
}

#[test]
fn warnings_fail_where_settings_say_so() {
    let warning = "[rules]\nunknown-key = \"warning\"\n";
    let unknown = r#"{"display_name": "x", "visible_filenames": ["readme.txt"], "colour": "red"}"#;
    for (toml, fails) in [(warning.to_owned(), false), (format!("error_on_warnings = true\n{warning}"), true)]
    {
        let top = exercises(unknown);
        fs::write(top.path().join("start-points.toml"), toml).unwrap();
        let paths = [top.path().to_owned()];
        let mut checker = DiskChecker::new(overrides());
        let output = checker.check(&DiskFiles::new(&paths), &paths, &mut |_| true).unwrap();
        assert_eq!(rules(&output), ["unknown-key"]);
        assert_eq!(checker.fails(&output).unwrap(), fails);
    }
}

/// Fixes a repository in memory.
fn fixed(paths: &[PathBuf]) -> (DiskFiles, FixResult) {
    let mut files = DiskFiles::new(paths);
    let mut checker = DiskChecker::new(overrides());
    let result =
        fix(&mut files, FixOptions::default(), &mut |files| checker.check(files, paths, &mut |_| true))
            .unwrap();
    assert_eq!(result.files.len(), 1);
    (files, result)
}

#[test]
fn a_fix_is_written_whole() {
    let top = exercises(FIXABLE);
    let paths = [top.path().to_owned()];
    let writer = FixWriter::lock(&DiskFiles::new(&paths), &paths).unwrap();
    let (files, result) = fixed(&paths);
    assert!(result.left.output.report.is_clean(), "{:?}", rules(&result.left));
    writer.write(&files, &result.files[0]).unwrap();
    let text = fs::read_to_string(top.path().join("start-points/Fizz_Buzz/manifest.json")).unwrap();
    assert_eq!(text, GOOD);
}

#[test]
fn a_file_that_an_editor_saved_meanwhile_is_left_unchanged() {
    let top = exercises(FIXABLE);
    let manifest = top.path().join("start-points/Fizz_Buzz/manifest.json");
    let paths = [top.path().to_owned()];
    let writer = FixWriter::lock(&DiskFiles::new(&paths), &paths).unwrap();
    let (files, result) = fixed(&paths);
    let saved = FIXABLE.replace("Fizz Buzz", "Leap Years");
    fs::write(&manifest, &saved).unwrap();
    let error = writer.write(&files, &result.files[0]).unwrap_err();
    assert!(matches!(error, FixWriteError::Changed), "{error}");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), saved);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_written_through() {
    let outside = folder(&[("manifest.json", FIXABLE)]);
    let top = exercises(FIXABLE);
    let paths = [top.path().to_owned()];
    let writer = FixWriter::lock(&DiskFiles::new(&paths), &paths).unwrap();
    let (files, result) = fixed(&paths);
    let manifest = top.path().join("start-points/Fizz_Buzz/manifest.json");
    fs::remove_file(&manifest).unwrap();
    std::os::unix::fs::symlink(outside.path().join("manifest.json"), &manifest).unwrap();
    let error = writer.write(&files, &result.files[0]).unwrap_err();
    assert!(matches!(error, FixWriteError::Outside), "{error}");
    assert_eq!(fs::read_to_string(outside.path().join("manifest.json")).unwrap(), FIXABLE);
}

#[test]
fn runs_that_fix_the_same_repository_wait_for_each_other() {
    let top = exercises(FIXABLE);
    let paths = vec![top.path().to_owned()];
    let first = FixWriter::lock(&DiskFiles::new(&paths), &paths).unwrap();
    let (locked, is_locked) = mpsc::channel();
    let second = thread::spawn(move || {
        let writer = FixWriter::lock(&DiskFiles::new(&paths), &paths).unwrap();
        locked.send(()).unwrap();
        drop(writer);
    });
    assert!(is_locked.recv_timeout(Duration::from_millis(300)).is_err(), "both have the lock");
    drop(first);
    is_locked.recv_timeout(Duration::from_secs(20)).unwrap();
    second.join().unwrap();
}
