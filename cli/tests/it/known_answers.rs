//! The command on real files: the deployed checker's cases and the real manifests, laid out on disk.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::run::{command, git, ran, run_in, write};
use serde_json::Value;
use start_points::Kind;
use start_points_testing::{TestStartPoint, known_answers};
use tempfile::tempdir;

/// Rules of which the deployed checker knows nothing, or crashes.
const EXCEPTIONS: [&str; 6] = [
    "escaping-filename",
    "irregular-file",
    "nul-character",
    "wrong-type",
    "malformed-image-name",
    "unlisted-highlight",
];

fn lay_out(folder: &Path, repository: &BTreeMap<String, Value>) {
    for (path, content) in repository {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        match content {
            Value::String(text) => fs::write(path, text).expect("a file"),
            Value::Number(size) => {
                let size = usize::try_from(size.as_u64().expect("a size")).expect("a size");
                fs::write(path, "x".repeat(size)).expect("a file");
            }
            Value::Object(object) if object.contains_key("dir") => {
                fs::create_dir_all(path).expect("a folder")
            }
            Value::Object(object) => {
                symlink(object["symlink"].as_str().expect("a target"), path).expect("a link")
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn the_command_gives_the_deployed_checkers_verdicts_on_real_files() {
    let file = known_answers("oracle/cases.jsonl").expect("known answers");
    let text = fs::read_to_string(file).expect("readable");
    let mut differences = Vec::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let repositories: Vec<BTreeMap<String, Value>> =
            serde_json::from_value(case["repos"].clone()).expect("repositories");
        let folder = tempdir().expect("a folder");
        let mut arguments = vec!["check", "--quiet", "--format", "json", "--dialect", "pinned", "--kind"];
        arguments.push(case["kind"].as_str().expect("a kind"));
        let names: Vec<String> = (0..repositories.len()).map(|index| index.to_string()).collect();
        for (name, repository) in names.iter().zip(&repositories) {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            lay_out(&folder.path().join(name), repository);
        }
        arguments.extend(names.iter().map(String::as_str));
        let ran = run_in(folder.path(), &arguments);
        let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
        let errors: Vec<&Value> = report["diagnostics"]
            .as_array()
            .expect("diagnostics")
            .iter()
            .filter(|found| found["severity"] == "error")
            .collect();
        let deployed = case["deployed_exit"].as_i64().expect("an exit code");
        let excepted = || {
            let known = |found: &&Value| EXCEPTIONS.contains(&found["rule"].as_str().unwrap_or_default());
            matches!(deployed, 0 | 1) && errors.iter().all(known)
        };
        let expected = i32::from(deployed != 0);
        if ran.code != Some(expected) && !(ran.code == Some(1) && excepted()) {
            differences.push(format!("{}: deployed {deployed}, we {:?} {errors:?}", case["id"], ran.code));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A repository with one commit.
fn commit(repository: &Path) {
    git(repository, &["init", "--quiet"]);
    git(repository, &["add", "--all"]);
    git(repository, &["commit", "--quiet", "--message=one"]);
}

/// Lays the real start-points out as they are: each language in a repository of its own, the exercises in one, the
/// custom ones in one. `docker` is what each language repository has in its docker folder.
fn lay_out_corpus(folder: &Path, docker: &[(&str, &str)]) -> BTreeMap<&'static str, Vec<String>> {
    let corpus = known_answers("corpus").expect("known answers");
    let mut repositories: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for kind in Kind::ALL {
        let of_kind = repositories.entry(kind.as_str()).or_default();
        for TestStartPoint { name, manifest, files } in
            start_points_testing::corpus(&corpus, kind).expect("a corpus")
        {
            let (repository, place) = match kind {
                Kind::Languages => (format!("languages/{name}"), "start_point".to_owned()),
                Kind::Exercises => ("exercises".to_owned(), format!("start-points/{name}")),
                Kind::Custom => ("custom".to_owned(), format!("start-points/{}", name.replace("__", "/"))),
            };
            let place = folder.join(&repository).join(place);
            for (path, size) in files {
                let file = place.join(path);
                fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                fs::write(file, "x".repeat(size.saturating_sub(1)) + "\n").expect("a file");
            }
            fs::create_dir_all(&place).expect("a folder");
            fs::write(place.join("manifest.json"), manifest).expect("a manifest");
            if kind == Kind::Languages {
                let docker = docker.iter().map(|(path, text)| (format!("{repository}/docker/{path}"), *text));
                let docker: Vec<_> = docker.collect();
                write(folder, &docker.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>());
            }
            if !of_kind.contains(&repository) {
                of_kind.push(repository);
            }
        }
        of_kind.iter().for_each(|repository| commit(&folder.join(repository)));
    }
    repositories
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn real_start_points_are_right_without_a_flag_and_no_fix_moves_them() {
    let builds: &[(&str, &str)] = &[
        ("image_name.json", "{ \"image_name\": \"cyberdojofoundation/x\" }\n"),
        ("Dockerfile.base", "FROM alpine:latest\n"),
        ("Dockerfile", "FROM ruby\n"),
    ];
    for docker in [&[][..], builds] {
        let folder = tempdir().expect("a folder");
        let repositories = lay_out_corpus(folder.path(), docker);
        let before = start_points_testing::snapshot(folder.path()).expect("files");
        for arguments in [&["check", "--format", "concise"][..], &["check", "--fix", "--format", "concise"]] {
            let ran = run_in(folder.path(), arguments);
            assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
            assert!(ran.stderr.starts_with("83 manifests: no errors"), "{}", ran.stderr);
            assert_eq!(ran.stdout.contains("pinned-beside-docker"), !docker.is_empty());
        }
        let after = start_points_testing::snapshot(folder.path()).expect("files");
        assert!(after == before, "a fix changed a file");
        for (kind, repositories) in repositories {
            let mut arguments = vec!["create".to_owned(), format!("all-{kind}"), format!("--{kind}")];
            arguments.extend(repositories);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let mut create = command();
            create
                .current_dir(folder.path())
                .args(&arguments)
                .env("XDG_CACHE_HOME", folder.path().join("cache"));
            let ran = ran(create.output().expect("it runs"));
            assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
            let listed = run_in(folder.path(), &["inspect", &format!("all-{kind}"), "--format", "json"]);
            let listed: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
            assert_eq!(
                listed.len(),
                [("languages", 41), ("exercises", 31), ("custom", 11)]
                    .iter()
                    .find(|(known, _)| *known == kind)
                    .expect("a kind")
                    .1
            );
            let is_pinned =
                |offered: &Value| offered["image_name"].as_str().is_some_and(|name| name.contains(':'));
            assert!(kind == "exercises" || listed.iter().all(is_pinned), "{listed:?}");
        }
    }
}
