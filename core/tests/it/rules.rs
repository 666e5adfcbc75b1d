//! The list of rules: ids, pages, and agreement with the schemas.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use start_points::check::{Manifest, ManifestContext, check_manifest};
use start_points::files::Files;
use start_points::keys::{EXERCISES_KEYS, KEYS};
use start_points::{Dialect, Kind, RULES};
use start_points_schemas::Schema;

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn ids_are_unique_and_kebab_case() {
    assert_eq!(RULES.iter().map(|rule| rule.id).collect::<BTreeSet<_>>().len(), RULES.len());
    for rule in RULES {
        let words = rule.id.split('-');
        let is_in_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_in_word);
        assert!(words.into_iter().all(is_word), "{}", rule.id);
    }
}

#[test]
fn a_rule_and_its_page_are_files_of_its_name() {
    for (extension, others) in [("rs", ["mod", "context"].as_slice()), ("md", &[])] {
        let entries = fs::read_dir(repository("core/src/rules")).expect("a folder").flatten();
        let paths = entries.map(|entry| entry.path());
        let stems: BTreeSet<String> = paths
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .filter(|stem| !others.contains(&stem.as_str()))
            .collect();
        let ids: BTreeSet<String> = RULES.iter().map(|rule| rule.id.replace('-', "_")).collect();
        assert_eq!(stems, ids, "{extension}");
    }
}

#[test]
fn a_page_has_its_headings_in_order() {
    let sections = ["What it does", "Why is this bad", "Example", "Use instead", "Settings", "See also"];
    for rule in RULES {
        let mut in_fence = false;
        let headings: Vec<&str> = rule
            .doc
            .lines()
            .filter(|line| {
                in_fence ^= line.starts_with("```");
                !in_fence && line.starts_with('#')
            })
            .collect();
        assert_eq!(headings[0], format!("# {}", rule.id));
        let found: Vec<&str> = headings[1..].iter().map(|line| line.trim_start_matches("## ")).collect();
        let expected =
            sections.into_iter().filter(|name| sections[..4].contains(name) || found.contains(name));
        assert_eq!(found, expected.collect::<Vec<_>>(), "{}", rule.id);
        assert!(rule.doc.contains("```text\n"), "{}: no output is shown", rule.id);
    }
}

#[test]
fn a_summary_is_one_line_without_a_full_stop() {
    for rule in RULES {
        assert!(!rule.summary.ends_with('.') && !rule.summary.contains('\n'), "{}", rule.id);
        assert!(!rule.summary.is_empty() && rule.summary.len() <= 72, "{}", rule.id);
    }
}

#[test]
fn the_index_of_pages_has_the_order_of_the_list() {
    let index = fs::read_to_string(repository("docs/rules/README.md")).expect("the index");
    let listed: Vec<&str> = index
        .lines()
        .filter_map(|line| line.strip_prefix("| ["))
        .filter_map(|line| Some(line.split_once(']')?.0))
        .collect();
    assert_eq!(listed, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
}

fn schema(schema: Schema) -> Value {
    serde_json::from_str(schema.text()).expect("a schema")
}

fn properties(schema: &Value) -> BTreeSet<&str> {
    schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
}

#[test]
fn the_known_keys_are_those_of_the_schemas() {
    for kind in [Schema::LanguagesDerived, Schema::LanguagesPinned, Schema::Custom] {
        assert_eq!(properties(&schema(kind)), KEYS.iter().copied().collect(), "{}", kind.name());
    }
    assert_eq!(properties(&schema(Schema::Exercises)), EXERCISES_KEYS.iter().copied().collect());
}

#[test]
fn a_number_out_of_range_is_told_the_range_of_the_schema() {
    let schema = schema(Schema::Custom);
    let properties = schema["properties"].as_object().expect("properties");
    let ranged: Vec<_> = properties.iter().filter(|(_, value)| value.get("maximum").is_some()).collect();
    assert_eq!(ranged.len(), 2);
    for (key, range) in ranged {
        let text = format!(r#"{{ "{key}": 0 }}"#);
        let manifest = Manifest::parse("manifest.json", text.as_bytes());
        let context = ManifestContext::new(Kind::Custom, Dialect::Derived);
        let found = check_manifest(&manifest, &Files::new(), &context);
        let found = found.iter().find(|found| found.rule.id == "out-of-range").expect("a diagnostic");
        assert_eq!(found.datum("minimum").cloned(), range["minimum"].as_i64().map(Into::into), "{key}");
        assert_eq!(found.datum("maximum").cloned(), range["maximum"].as_i64().map(Into::into), "{key}");
    }
}
