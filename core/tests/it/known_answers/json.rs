//! Agreement with the deployed checker (Ruby) on what is JSON, and the real manifests as known good.

use serde_json::Value as Json;
use start_points::json::Document;
use start_points_testing::known_answers;

/// What the deployed checker exits with.
const NOT_AN_OBJECT: i64 = 1;
const NO_MANIFEST: i64 = 16;
const BAD_JSON: i64 = 17;
const DUPLICATE_KEYS: i64 = 18;

/// The texts of all manifests of a case.
fn manifests(case: &Json) -> Vec<&str> {
    let repos = case["repos"].as_array().into_iter().flatten();
    let files = repos.filter_map(Json::as_object).flatten();
    files
        .filter(|(path, _)| path.rsplit('/').next() == Some("manifest.json"))
        .filter_map(|(_, content)| content.as_str())
        .collect()
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn the_deployed_checker_refuses_the_same_texts() {
    let path = known_answers("oracle/cases.jsonl").expect("known answers");
    let cases = std::fs::read_to_string(path).unwrap();
    let mut seen = 0;
    for case in cases.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        let exit = case["deployed_exit"].as_i64().unwrap();
        if exit == NO_MANIFEST {
            continue;
        }
        seen += 1;
        let texts = manifests(&case);
        let parsed: Vec<_> = texts.iter().map(|text| Document::parse(text.as_bytes())).collect();
        let refused = parsed.iter().any(Result::is_err);
        assert_eq!(refused, exit == BAD_JSON, "{} {exit} {parsed:?}", case["id"]);

        let objects = parsed.iter().flatten().all(|document| document.root().as_object().is_some());
        assert_eq!(!refused && !objects, exit == NOT_AN_OBJECT, "{} {exit}", case["id"]);
        if exit == DUPLICATE_KEYS {
            let at_the_top = |document: &Document<'_>| {
                document.duplicate_keys().iter().any(|duplicate| duplicate.pointer.is_root())
            };
            assert!(parsed.iter().flatten().any(at_the_top), "{}", case["id"]);
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn every_deployed_manifest_parses_as_serde_json_reads_it() {
    let corpus = known_answers("corpus").expect("known answers");
    let mut folders = vec![corpus];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("manifest.json") {
                let bytes = std::fs::read(&path).unwrap();
                let document = Document::parse(&bytes).unwrap();
                assert!(document.duplicate_keys().is_empty(), "{}", path.display());
                assert_eq!(document.root().to_value(), serde_json::from_slice::<Json>(&bytes).unwrap());
                seen += 1;
            }
        }
    }
    assert!(seen > 80, "{seen}");
}
