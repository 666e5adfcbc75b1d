//! SARIF is what the OASIS schema says, and the report what ours says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::{Draft, Validator};
use serde_json::Value;
use start_points::check::{CheckOptions, Tree};
use start_points::diagnostic::{Diagnostic, Edit, Fix};
use start_points::files::{FileEntry, NonRegular};
use start_points::fix::Changes;
use start_points::levels::{Level, Levels};
use start_points::render;
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report, Span};
use start_points_schemas::Schema;

use super::{diagnostic, mixed, report};
use crate::support;

fn validator(text: &str, draft: Draft) -> Validator {
    let schema: Value = serde_json::from_str(text).expect("JSON");
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn accepts(validator: &Validator, text: &str) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<_> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
}

/// Reports of trees of all sorts: clean, faulty in every way, empty, no JSON, odd paths.
fn reports() -> Vec<(Report, Sources)> {
    let manifests: [&[u8]; 8] = [
        b"",
        b"\xef\xbb\xbf{}",
        b"{\"display_name\": \"\xff\"}",
        b"[1,2,]",
        "{\"displayname\":\"é\",\"visible_filenames\":[\"a\",\"a\",\"/x\",\"..\",\"日本\",\"\\u0000\",3],\"tab_size\":\"9\"}"
            .as_bytes(),
        b"{\"image_name\":\"UPPER\",\"hidden_filenames\":[\"(\",\"a{2\"],\"max_seconds\":4.0,\"language\":[\"C\"]}",
        b"{\"display_name\":\"x\\ny\",\"display_name\":\"\",\"filename_extension\":[\"c\",\".\"],\"rag_lambda\":null}",
        b"{\"progress_regexs\":[\"/a/\",\"\"],\"highlight_filenames\":[\"b\"],\"colour\":{\"a/b~\":[[]]}}",
    ];
    let mut reports = vec![mixed(), (Report::default(), Sources::new())];
    for path in ["start_point/manifest.json", "C#/a b%/manifest.json", "./é:x/manifest.json"] {
        for manifest in manifests {
            let mut tree =
                support::tree(&[(path, manifest), ("docker/image_name.json", b"{\"image_name\":\"a:1\"}")]);
            tree.insert("docker/Dockerfile", FileEntry::Content(b"FROM gcc\nFROM a:latest\n".to_vec()));
            tree.insert("start_point/a", FileEntry::Content(b"x\r\ny".to_vec()));
            tree.insert("start_point/b", FileEntry::Other(NonRegular::Special));
            tree.insert("other/manifest.json", FileEntry::Other(NonRegular::Unreadable));
            for (kind, dialect) in
                Kind::ALL.into_iter().flat_map(|kind| Dialect::ALL.map(|dialect| (kind, dialect)))
            {
                reports.push(support::report(&tree, &support::options(kind, dialect)));
            }
        }
    }
    reports.push(support::report(&Tree::new(), &CheckOptions::default()));
    reports
}

#[test]
fn sarif_is_what_the_oasis_schema_says() {
    let validator = validator(include_str!("../../data/sarif-schema-2.1.0.json"), Draft::Draft7);
    // Written for draft-04, which knows no format `uri-reference`; it reads the same as draft-07, which does.
    for (report, sources) in reports() {
        accepts(&validator, &render::sarif(&report, &sources));
    }
}

/// A validator that accepts anything would pass every other test here.
#[test]
fn the_oasis_schema_refuses_what_is_not_sarif() {
    let validator = validator(include_str!("../../data/sarif-schema-2.1.0.json"), Draft::Draft7);
    let (report, sources) = mixed();
    let sound = render::sarif(&report, &sources);
    for (from, to) in [
        ("\"level\": \"note\"", "\"level\": \"info\""),
        ("\"startLine\": 1", "\"startLine\": 0"),
        ("\"uri\": \"docker/Dockerfile\"", "\"uri\": \"docker\\\\a b\""),
        ("\"ruleId\"", "\"rule\""),
        ("unicodeCodePoints", "codePoints"),
    ] {
        assert!(sound.contains(from), "{from}");
        let value: Value = serde_json::from_str(&sound.replace(from, to)).expect("JSON");
        assert!(!validator.is_valid(&value), "{to}");
    }
}

#[test]
fn sarif_tells_every_level_and_points_into_its_list_of_rules() {
    let (report, sources) = mixed();
    let log: Value = serde_json::from_str(&render::sarif(&report, &sources)).expect("JSON");
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    let levels: Vec<_> = results.iter().map(|result| result["level"].as_str().expect("a level")).collect();
    assert_eq!(levels, ["error", "note", "warning", "error", "error"]);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let ids: Vec<_> =
        run["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|r| &r["id"]).collect();
    assert_eq!(ids.len(), start_points::RULES.len());
}

#[test]
fn the_report_is_what_its_schema_says() {
    let validator = validator(Schema::Report.text(), Draft::Draft202012);
    for (report, sources) in reports() {
        let text = render::json(&report, &sources);
        accepts(&validator, &text);
        assert_eq!(text.matches('\n').count(), 1, "one line");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["diagnostics"].as_array().map(Vec::len), Some(report.diagnostics().len()));
    }
}

#[test]
fn levels_change_what_is_told_in_every_format() {
    let tree = support::alone(
        "{\"display_name\":\"x\",\"visible_filenames\":[\"a\",\"-b\"],\"max_seconds\":3}",
        &["a", "-b"],
    );
    let mut levels = Levels::new();
    levels.set("unportable-filename", Level::On(Severity::Info)).expect("a rule");
    levels.set("unknown-key", Level::Off).expect("a rule");
    let options = CheckOptions { levels, ..support::options(Kind::Exercises, Dialect::Derived) };
    let (report, sources) = support::report(&tree, &options);
    assert!(report.is_clean());
    assert_eq!(render::github(&report, &sources).matches("::notice ").count(), 1);
    assert!(render::sarif(&report, &sources).contains("\"level\": \"note\""));
    assert!(render::json(&report, &sources).contains("\"severity\":\"info\""));
    assert!(render::full(&report, &sources, false).starts_with("info[unportable-filename]"));
}

#[test]
fn every_rule_in_sarif_links_to_its_page() {
    let (report, sources) = mixed();
    let log: Value = serde_json::from_str(&render::sarif(&report, &sources)).expect("JSON");
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules") {
        let uri = rule["helpUri"].as_str().expect("a link");
        let page =
            uri.strip_prefix("https://github.com/cyber-dojo/start-points/blob/main/").expect("our own");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page).is_file(), "{uri}");
    }
}

/// Makes a fix as a viewer of SARIF does: by the lines and columns alone.
fn fixed(fix: &Value, sources: &Sources) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for change in fix["artifactChanges"].as_array().expect("changes") {
        let uri = change["artifactLocation"]["uri"].as_str().expect("a path");
        let old = sources.get(uri).map_or("", |source| std::str::from_utf8(source.bytes()).expect("UTF-8"));
        let offset = |region: &Value, line: &str, column: &str| {
            let (line, column) =
                (region[line].as_u64().expect("a line"), region[column].as_u64().expect("a column"));
            let start: usize = old.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
            start + old[start..].chars().take(column as usize - 1).map(char::len_utf8).sum::<usize>()
        };
        let mut replacements: Vec<_> =
            change["replacements"].as_array().expect("replacements").iter().collect();
        replacements.sort_by_key(|replacement| replacement["deletedRegion"]["byteOffset"].as_u64());
        let mut new = old.to_owned();
        for replacement in replacements.into_iter().rev() {
            let region = &replacement["deletedRegion"];
            let range = offset(region, "startLine", "startColumn")..offset(region, "endLine", "endColumn");
            assert_eq!(region["byteOffset"].as_u64(), Some(range.start as u64));
            assert_eq!(region["byteLength"].as_u64(), Some(range.len() as u64));
            new.replace_range(range, replacement["insertedContent"]["text"].as_str().expect("a text"));
        }
        files.insert(uri.to_owned(), new);
    }
    files
}

/// Fixes of one edit and of several, in one file and in two, of characters that are not ASCII, and new files.
#[test]
fn a_fix_made_from_sarif_is_the_fix_that_the_command_makes() {
    let mut seen = BTreeSet::new();
    for (report, sources) in reports() {
        let log: Value = serde_json::from_str(&render::sarif(&report, &sources)).expect("JSON");
        let results = log["runs"][0]["results"].as_array().expect("results");
        for (found, result) in report.diagnostics().iter().zip(results) {
            let fixes = result["fixes"].as_array().map(Vec::as_slice).unwrap_or_default();
            assert_eq!(fixes.len(), found.fixes.len());
            for (ours, theirs) in found.fixes.iter().zip(fixes) {
                assert_eq!(theirs["description"]["text"], ours.title.as_str());
                assert_eq!(theirs["properties"]["safe"], ours.safe);
                let at_hand = |path: &str, span: Span| sources.get(path).is_some() || span == Span::new(0, 0);
                if !ours.edits.iter().all(|edit| at_hand(&edit.path, edit.span))
                    || ours.edits.iter().any(|edit| edit.path.contains(['#', ' ', 'é', '%']))
                {
                    continue;
                }
                let alone = Diagnostic::new(found.rule, found.place.clone(), "").fix(ours.clone());
                let changes = Changes::choose(&[alone], true);
                for (path, text) in fixed(theirs, &sources) {
                    let old = sources.get(&path).map_or(&[][..], |source| source.bytes());
                    assert_eq!(text.as_bytes(), changes.apply(&path, old), "{}: {path}", ours.title);
                    seen.insert(found.rule.id);
                }
            }
        }
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

#[test]
fn a_fix_that_creates_a_file_inserts_at_its_beginning() {
    let edit = Edit { path: "docker/image_name.json".into(), span: Span::new(0, 0), text: "{}\n".into() };
    let fix = Fix { title: "write it".into(), safe: true, edits: vec![edit] };
    let report = report(vec![diagnostic("missing-file", "m", None, "x").fix(fix)]);
    let text = render::sarif(&report, &Sources::new());
    accepts(&validator(include_str!("../../data/sarif-schema-2.1.0.json"), Draft::Draft7), &text);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let files = fixed(&log["runs"][0]["results"][0]["fixes"][0], &Sources::new());
    assert_eq!(files, BTreeMap::from([("docker/image_name.json".to_owned(), "{}\n".to_owned())]));
}
