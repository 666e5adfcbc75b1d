//! The command on real files: the deployed checker's cases and the real manifests, laid out on disk.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test")]
#![cfg(unix)]

mod run;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use run::run_in;
use serde_json::Value;
use start_points_testing::known_answers;
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

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn the_command_finds_the_real_manifests_clean() {
    let corpus = known_answers("corpus").expect("known answers");
    let folder = tempdir().expect("a folder");
    for kind in ["languages", "exercises", "custom"] {
        let table = fs::read_to_string(corpus.join(kind).join("files.tsv")).expect("a table");
        let place = |name: &str| {
            folder.path().join(kind).join(match kind {
                "languages" => format!("{name}/start_point"),
                "exercises" => format!("start-points/{name}"),
                _ => format!("start-points/{}", name.replace("__", "/")),
            })
        };
        for line in table.lines().skip(1) {
            let [name, path, size] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let file = place(name).join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            let size: usize = size.parse().expect("a size");
            fs::write(file, "x".repeat(size.saturating_sub(1)) + "\n").expect("a file");
        }
        for entry in fs::read_dir(corpus.join(kind)).expect("a folder").flatten() {
            let manifest = entry.path().join("manifest.json");
            if manifest.is_file() {
                let name = entry.file_name().into_string().expect("UTF-8");
                fs::copy(manifest, place(&name).join("manifest.json")).expect("copied");
            }
        }
    }
    // No --kind: each is found from where it lies.
    let ran = run_in(folder.path(), &["check", "--dialect", "pinned", "--format", "concise"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.starts_with("83 manifests: no errors"), "{}", ran.stderr);
}
