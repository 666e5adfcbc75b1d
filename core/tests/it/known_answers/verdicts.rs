//! Agreement with the deployed checker: the same verdict, and a fault of the same key.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use start_points::check::{Listed, Manifest, ManifestContext, check_catalogue, check_manifest, no_manifest};
use start_points::diagnostic::{Datum, Diagnostic, Place};
use start_points::files::{FileEntry, Files, NonRegular, normal};
use start_points::rule::Severity;
use start_points::{Dialect, Kind};
use start_points_testing::known_answers;

/// What the deployed checker lets through, or crashes on, and we refuse.
fn is_exception(found: &Diagnostic) -> bool {
    let data = |name: &str| match found.datum(name) {
        Some(Datum::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    match found.rule.id {
        "escaping-filename" | "irregular-file" | "nul-character" => true,
        "wrong-type" => matches!(data("found"), Some("null" | "boolean")) || found.pointer.is_root(),
        "malformed-image-name" => data("image_name").is_some_and(|name| name.contains('\n')),
        "unlisted-highlight" => true,
        _ => false,
    }
}

/// Whether a diagnostic tells of the fault that the deployed checker exits with.
fn tells(exit: i64, found: &Diagnostic) -> bool {
    let key = found.pointer.tokens().next().unwrap_or_default().into_owned();
    let rule = found.rule.id;
    match exit {
        1 => true,
        16 => rule == "no-manifest",
        17 => rule == "invalid-json",
        18 => rule == "duplicate-key",
        20 | 50 => rule == "unknown-key",
        21 | 51 => rule == "missing-key",
        30 => key == "image_name",
        31 | 60 => key == "display_name",
        32 | 61 => key == "visible_filenames",
        33 => key == "filename_extension",
        40 => key == "hidden_filenames" || rule == "duplicate-display-name",
        41 => key == "tab_size",
        42 => key == "max_seconds",
        43 => key == "highlight_filenames",
        44 => key == "progress_regexs",
        45 => key == "rag_lambda",
        46 => key == "language",
        47 => key == "test_framework",
        48 => rule == "unpaired-language",
        90 => rule == "duplicate-display-name",
        _ => false,
    }
}

fn entry(path: &str, value: &Value, repository: &BTreeMap<String, Value>) -> FileEntry {
    match value {
        Value::String(text) => FileEntry::Content(text.clone().into_bytes()),
        Value::Number(size) => FileEntry::Size(size.as_u64().expect("a size")),
        Value::Object(object) if object.contains_key("dir") => FileEntry::Other(NonRegular::Folder),
        Value::Object(object) => {
            let target = object["symlink"].as_str().expect("a target");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match repository.get(&*normal(&format!("{folder}/{target}"))) {
                Some(value) if !target.starts_with('/') => entry(target, value, repository),
                _ => FileEntry::Other(NonRegular::EscapingLink),
            }
        }
        other => panic!("{other}"),
    }
}

fn errors_of(kind: Kind, repositories: &[BTreeMap<String, Value>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut listed = Vec::new();
    for (index, repository) in repositories.iter().enumerate() {
        let manifests: Vec<_> =
            repository.iter().filter(|(path, _)| path.ends_with("manifest.json")).collect();
        if manifests.is_empty() {
            found.push(no_manifest(&index.to_string()));
        }
        for (path, text) in manifests {
            let folder = path.strip_suffix("manifest.json").expect("a manifest");
            let mut files = Files::new();
            for (name, value) in repository {
                if let Some(name) = name.strip_prefix(folder) {
                    files.insert(name, entry(path, value, repository));
                }
            }
            let bytes = text.as_str().expect("text").as_bytes();
            let manifest = Manifest::parse(format!("{index}/{path}"), bytes);
            found.extend(check_manifest(&manifest, &files, &ManifestContext::new(kind, Dialect::Pinned)));
            if let Some((name, span)) = manifest.display_name() {
                let place = Place::new(manifest.path().clone(), span);
                listed.push(Listed { display_name: name.to_owned(), place });
            }
        }
    }
    found.extend(check_catalogue(&listed));
    found.retain(|found| found.severity == Severity::Error);
    found
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn the_deployed_checker_gives_the_same_verdicts() {
    let file = known_answers("oracle/cases.jsonl").expect("known answers");
    let text = fs::read_to_string(file).expect("readable");
    let (mut agree, mut excepted, mut differences) = (0, 0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let exit = case["deployed_exit"].as_i64().expect("an exit code");
        let kind = case["kind"].as_str().expect("a kind").parse().expect("a kind");
        let repositories: Vec<BTreeMap<String, Value>> =
            serde_json::from_value(case["repos"].clone()).expect("repositories");
        let errors = errors_of(kind, &repositories);
        let same = if exit == 0 { errors.is_empty() } else { errors.iter().any(|found| tells(exit, found)) };
        if same {
            agree += 1;
        } else if matches!(exit, 0 | 1) && !errors.is_empty() && errors.iter().all(is_exception) {
            excepted += 1;
        } else {
            let told: Vec<_> = errors.iter().map(|e| format!("{}: {}", e.rule.id, e.message)).collect();
            differences.push(format!(
                "{} {} exit {exit}, why {}, we say {told:?}",
                case["id"], case["kind"], case["why"]
            ));
        }
    }
    println!("agree {agree}, excepted {excepted}, differ {}", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
