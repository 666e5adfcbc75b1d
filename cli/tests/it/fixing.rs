//! `--fix` under attack: a file ends as somebody's text, as the fixed text of what was checked, or as what it was.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::run::{command, exercise, git, run_in, run_with_input, write};

/// A manifest with a fault that has a safe fix: an entry is named twice.
fn faulty(name: &str) -> String {
    format!("{{\n  \"display_name\": \"{name}\",\n  \"visible_filenames\": [\"a.txt\", \"a.txt\"]\n}}\n")
}

/// The same without the fault.
fn fixed(name: &str) -> String {
    faulty(name).replace("[\"a.txt\", \"a.txt\"]", "[\"a.txt\"]")
}

/// Numbers that look like chance and are the same in every run.
fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(2) + 1;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// The names of all files below a folder that are hidden, without those of git itself.
fn hidden(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && name != ".git" {
            found.extend(hidden(&entry.path()));
        } else if name.starts_with('.') && name != ".git" {
            found.push(entry.path());
        }
    }
    let git = folder.join(".git");
    let in_git = fs::read_dir(git).into_iter().flatten().flatten().map(|entry| entry.path());
    found.extend(in_git.filter(|path| path.to_string_lossy().contains(".start-points")));
    found
}

#[test]
fn what_an_editor_saves_meanwhile_is_not_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("start-points/A/a.txt", "a\n")]);
    let manifest = folder.path().join("start-points/A/manifest.json");
    let mut chance = chance(1);
    for run in 0..300 {
        fs::write(&manifest, faulty("before")).expect("a file");
        let mut fixing = command();
        fixing.current_dir(folder.path()).args(["check", "--fix", "--quiet", "."]).stdout(Stdio::null());
        let mut fixing = fixing.stderr(Stdio::null()).spawn().expect("it runs");
        thread::sleep(Duration::from_micros(chance(12_000)));
        let name = format!("saved {run}");
        if run % 2 == 0 {
            fs::write(&manifest, faulty(&name)).expect("a file");
        } else {
            let beside = manifest.with_extension("swp");
            fs::write(&beside, faulty(&name)).expect("a file");
            fs::rename(&beside, &manifest).expect("a file");
        }
        fixing.wait().expect("it ends");
        let text = fs::read_to_string(&manifest).expect("a file");
        assert!([faulty(&name), fixed(&name)].contains(&text), "run {run}: {text}");
    }
    assert_eq!(hidden(folder.path()), Vec::<PathBuf>::new());
}

/// `GROUP/NAME` below `start-points`, so many of them.
fn many(folder: &Path, count: usize) -> Vec<(PathBuf, String)> {
    let one = |index: usize| {
        let place = folder.join(format!("start-points/X{index:03}"));
        fs::create_dir_all(&place).expect("a folder");
        fs::write(place.join("a.txt"), "a\n").expect("a file");
        let name = format!("kata {index}");
        fs::write(place.join("manifest.json"), faulty(&name)).expect("a file");
        (place.join("manifest.json"), name)
    };
    (0..count).map(one).collect()
}

#[test]
fn three_runs_at_once_fix_every_file_once() {
    for has_git in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        if has_git {
            git(folder.path(), &["init", "--quiet"]);
        }
        let manifests = many(folder.path(), 300);
        let run = |_| {
            let mut run = command();
            run.current_dir(folder.path()).args(["check", "--fix", "--quiet", "."]);
            run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs")
        };
        let runs: Vec<_> = (0..3).map(run).collect();
        for mut run in runs {
            assert!(run.wait().expect("it ends").success());
        }
        for (path, name) in &manifests {
            assert_eq!(fs::read_to_string(path).expect("a file"), fixed(name));
        }
        assert_eq!(hidden(folder.path()), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_killed_run_leaves_old_or_fixed_files_and_the_next_one_tidies_up() {
    let mut chance = chance(7);
    for round in 0..20 {
        let folder = tempfile::tempdir().expect("a folder");
        git(folder.path(), &["init", "--quiet"]);
        let manifests = many(folder.path(), 60);
        let mut run = command();
        run.current_dir(folder.path()).args(["check", "--fix", "--quiet", "."]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        thread::sleep(Duration::from_millis(10 + chance(120)));
        run.kill().expect("a kill");
        run.wait().expect("it ends");
        for (path, name) in &manifests {
            let text = fs::read_to_string(path).expect("a file");
            assert!([faulty(name), fixed(name)].contains(&text), "round {round}: {text}");
        }
        assert_eq!(run_in(folder.path(), &["check", "--fix", "."]).code, Some(0));
        assert!(
            manifests.iter().all(|(path, name)| fs::read_to_string(path).expect("a file") == fixed(name))
        );
        assert_eq!(hidden(folder.path()), Vec::<PathBuf>::new(), "round {round}");
    }
}

#[test]
fn a_name_keeps_every_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: [&[u8]; 6] = [b"g\\n", b"g\nh", b"g\xff", b"g\xfe\xff", "é".as_bytes(), b"g\x1b[31m"];
    let place = |name: &[u8]| folder.path().join("start-points").join(OsStr::from_bytes(name));
    for (index, name) in names.iter().enumerate() {
        fs::create_dir_all(place(name)).expect("a folder");
        fs::write(place(name).join("a.txt"), "a\n").expect("a file");
        fs::write(place(name).join("manifest.json"), faulty(&format!("kata {index}"))).expect("a file");
    }
    // The file that a backslash read as a slash would lead to; it is right as it is.
    write(folder.path(), &[("start-points/g/n/manifest.json", "{ \"display_name\": [] }")]);
    let ran = run_in(folder.path(), &["check", "--fix", "."]);
    for (index, name) in names.iter().enumerate() {
        let text = fs::read_to_string(place(name).join("manifest.json")).expect("a file");
        assert_eq!(text, fixed(&format!("kata {index}")), "{}", ran.stderr);
    }
    let other = folder.path().join("start-points/g/n/manifest.json");
    assert_eq!(fs::read_to_string(other).expect("a file"), "{ \"display_name\": [] }");
    for shown in
        ["start-points/g\\n/manifest.json", "start-points/g\\nh/", "start-points/g\\xff/", "\\u{1b}[31m"]
    {
        assert!(
            ran.stderr.contains(&format!("fixed {shown}")) || shown.contains("1b"),
            "{shown}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    }
}

#[test]
fn a_patch_of_odd_names_and_carriage_returns_applies() {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    let names: [&[u8]; 4] = [b"plain", b"with \"quotes\" and \\", b"new\nline", b"g\xff"];
    for (index, name) in names.iter().enumerate() {
        let place = folder.path().join("start-points").join(OsStr::from_bytes(name));
        fs::create_dir_all(&place).expect("a folder");
        fs::write(place.join("a.txt"), "a\r\nb").expect("a file");
        let text = faulty(&format!("kata {index}")).replace('\n', "\r\n");
        fs::write(place.join("manifest.json"), text.trim_end()).expect("a file");
    }
    let patch = command().current_dir(folder.path()).args(["check", "--diff"]).output().expect("it runs");
    assert_eq!(patch.status.code(), Some(1));
    let applied = folder.path().join("patch");
    fs::write(&applied, &patch.stdout).expect("a file");
    git(folder.path(), &["apply", "--whitespace=nowarn", "patch"]);
    fs::remove_file(&applied).expect("a file");
    let by_git = start_points_testing::snapshot(&folder.path().join("start-points/plain")).expect("files");
    assert!(by_git["manifest.json"].windows(2).any(|pair| pair == b"\r\n"));
    let again = command().current_dir(folder.path()).args(["check", "--diff"]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&again.stdout), "", "the patch is what --fix makes");
}

#[test]
fn nothing_outside_the_repository_is_read_or_written() {
    let around = tempfile::tempdir().expect("a folder");
    let top = around.path().join("repository");
    fs::create_dir(&top).expect("a folder");
    git(&top, &["init", "--quiet"]);
    write(
        around.path(),
        &[
            ("secret.json", &faulty("SECRET")),
            ("docker/Dockerfile", "FROM SECRET\n"),
            ("settings.toml", "SECRET = 1\n"),
            ("notes.txt", "SECRET without an end"),
            ("repository/start-points/A/a.txt", "a\n"),
            ("repository/start-points/B/manifest.json", &exercise("notes.txt")),
            (
                "repository/start_point/manifest.json",
                "{ \"display_name\": \"x\", \"visible_filenames\": [\"cyber-dojo.sh\"], \
                 \"filename_extension\": \".c\", \"image_name\": \"x/y:1\" }\n",
            ),
            ("repository/start_point/cyber-dojo.sh", "make\n"),
        ],
    );
    symlink("../../../secret.json", top.join("start-points/A/manifest.json")).expect("a link");
    symlink("../../../notes.txt", top.join("start-points/B/notes.txt")).expect("a link");
    symlink("../docker", top.join("docker")).expect("a link");
    let outside = ["secret.json", "docker/Dockerfile", "settings.toml", "notes.txt"];
    let texts = || outside.map(|name| fs::read(around.path().join(name)).expect("a file"));
    let before = texts();
    for arguments in [&["check", "--fix", "--unsafe-fixes"][..], &["check", "--diff"], &["check"]] {
        let ran = run_in(&top, arguments);
        assert_eq!(ran.code, Some(1), "{arguments:?}");
        assert!(!ran.stdout.contains("SECRET"), "{arguments:?}: {}", ran.stdout);
    }
    let ran = run_in(&top, &["check", "start-points/A/manifest.json", "--fix"]);
    assert!(ran.stdout.contains("a symbolic link that leads out of"), "{}", ran.stdout);
    assert_eq!(texts(), before);
    assert!(!around.path().join("docker/image_name.json").exists());

    symlink("../settings.toml", top.join("start-points.toml")).expect("a link");
    let ran = run_in(&top, &["check"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("symbolic link") && !ran.stderr.contains("SECRET"), "{}", ran.stderr);
}

#[test]
fn a_link_inside_the_repository_is_followed_and_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), &[("common.json", &faulty("x")), ("start-points/A/a.txt", "a\n")]);
    let link = folder.path().join("start-points/A/manifest.json");
    symlink("../../common.json", &link).expect("a link");
    let ran = run_in(folder.path(), &["check", "--fix"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(folder.path().join("common.json")).expect("a file"), fixed("x"));
}

#[test]
fn what_is_not_text_is_never_changed() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0";
    let odd: [(&str, &[u8]); 4] =
        [("a.png", png), ("b.txt", b"latin \xe9\r\n"), ("c.txt", b"nul\0"), ("d.sh", b"#!/bin/sh\r\n\xff")];
    for (name, bytes) in odd {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &[("start-points/A/manifest.json", &exercise(name))]);
        let path = folder.path().join("start-points/A").join(name);
        fs::write(&path, bytes).expect("a file");
        run_in(folder.path(), &["check", "--unsafe-fixes"]);
        assert_eq!(fs::read(&path).expect("a file"), bytes, "{name}");
    }
}

#[test]
fn it_says_what_it_did_and_what_more_it_could_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = faulty("x").replace("\"a.txt\", \"a.txt\"]", "\"a.txt\", \"a.txt\"],\n  \"display_nam\": 1");
    write(folder.path(), &[("start-points/A/manifest.json", &text), ("start-points/A/a.txt", "a")]);
    let ran = run_in(folder.path(), &["check", "--fix", "--level", "unknown-key=warning"]);
    let manifest = "start-points/A/manifest.json";
    for line in
        [format!("fixed {manifest}:3: duplicate-entry: "), format!("fixed {manifest}:3: no-final-newline: ")]
    {
        assert!(ran.stderr.contains(&line), "{line}\n{}", ran.stderr);
    }
    assert!(ran.stderr.contains("2 faults fixed\n"), "{}", ran.stderr);
}

#[test]
fn many_faults_in_a_megabyte_are_fixed_in_a_few_rounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = vec!["\"a\""; 100_000].join(",");
    let text = format!("{{\"display_name\":\"x\",\"visible_filenames\":[{entries}]}}");
    write(folder.path(), &[("start-points/A/manifest.json", &text), ("start-points/A/a", "a\n")]);
    let ran = run_in(folder.path(), &["check", "--fix", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = fs::read_to_string(folder.path().join("start-points/A/manifest.json")).expect("a file");
    assert_eq!(text, "{\"display_name\":\"x\",\"visible_filenames\":[\"a\"]}");
}

#[test]
fn an_editor_gets_the_fixed_text() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("start-points/A/a.txt", "a"), ("start-points/A/manifest.json", "old")]);
    let name = "start-points/A/manifest.json";
    for arguments in [
        &["check", "-", "--fix", "--stdin-filename", name][..],
        &["check", "-", "--fix", "--kind", "exercises"],
    ] {
        let ran = run_with_input(folder.path(), arguments, faulty("x").as_bytes());
        assert_eq!((ran.code, ran.stdout), (Some(0), fixed("x")), "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), "old");
    assert_eq!(fs::read_to_string(folder.path().join("start-points/A/a.txt")).expect("a file"), "a");
    let ran = run_with_input(folder.path(), &["check", "-", "--fix", "--kind", "exercises"], b"{");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "{"), "what cannot be fixed comes back as it was");
}
