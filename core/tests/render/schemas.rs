//! SARIF is what the OASIS schema says, and the report what ours says.

use jsonschema::{Draft, Validator};
use serde_json::Value;
use start_points::check::{CheckOptions, Tree};
use start_points::files::{Entry, Other};
use start_points::levels::{Level, Levels};
use start_points::render;
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report};
use start_points_schemas::Schema;

use crate::{mixed, support};

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
            tree.insert("docker/Dockerfile", Entry::Content(b"FROM gcc\nFROM a:latest\n".to_vec()));
            tree.insert("start_point/a", Entry::Content(b"x\r\ny".to_vec()));
            tree.insert("start_point/b", Entry::Other(Other::Special));
            tree.insert("other/manifest.json", Entry::Other(Other::Unreadable));
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
    let validator = validator(include_str!("../data/sarif-schema-2.1.0.json"), Draft::Draft7);
    // Written for draft-04, which knows no format `uri-reference`; it reads the same as draft-07, which does.
    for (report, sources) in reports() {
        accepts(&validator, &render::sarif(&report, &sources));
    }
}

/// A validator that accepts anything would pass every other test here.
#[test]
fn the_oasis_schema_refuses_what_is_not_sarif() {
    let validator = validator(include_str!("../data/sarif-schema-2.1.0.json"), Draft::Draft7);
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
