//! The validators made at build time and one made from the text now, on random objects.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use start_points_schemas::{FaultKind, Schema};

use crate::{keyword_rules, runs, validator, value};

/// Pointer and rule of every fault.
type Faults = BTreeSet<(String, String)>;

fn at_build_time(schema: Schema, instance: &Value) -> Faults {
    schema.faults(instance).into_iter().map(|fault| (fault.pointer, fault.rule.to_owned())).collect()
}

fn at_run_time(schema: Schema, instance: &Value) -> Faults {
    let rules = keyword_rules(schema);
    let validator = validator(&value(schema));
    let faults = validator.iter_errors(instance).flat_map(|error| {
        let rule = rules.get(error.schema_path().as_str());
        let rule = rule.unwrap_or_else(|| panic!("{}: no rule at {}", schema.name(), error.schema_path()));
        pointers(&error).into_iter().map(|pointer| (pointer, rule.clone())).collect::<Vec<_>>()
    });
    faults.collect()
}

/// What is at fault: the value, or each key that is missing or unknown.
fn pointers(error: &ValidationError<'_>) -> Vec<String> {
    let place = error.instance_path().as_str();
    let below = |key: &str| format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
    match error.kind() {
        ValidationErrorKind::Required { property } => vec![below(property.as_str().expect("a key"))],
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|key| below(key)).collect()
        }
        _ => vec![place.to_owned()],
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2i64..25).prop_map(Value::from),
        prop_oneof![Just(1.5), Just(4.0), Just(1e300)].prop_map(Value::from),
        "[a.é/~]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("(content|a|~|/)", inner), 0..3)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A value that the key takes, more often than not.
fn member() -> impl Strategy<Value = (String, Value)> {
    let sound = prop::sample::select(vec![
        ("display_name", json!("x")),
        ("visible_filenames", json!(["a", "b"])),
        ("filename_extension", json!(".c")),
        ("filename_extension", json!([".c", ".h"])),
        ("image_name", json!("a/b:1")),
        ("hidden_filenames", json!([])),
        ("highlight_filenames", json!(["a"])),
        ("progress_regexs", json!(["a", "b"])),
        ("rag_lambda", json!("a.rb")),
        ("tab_size", json!(8)),
        ("max_seconds", json!(20)),
        ("language", json!(["C", ""])),
        ("test_framework", json!(["assert", "1"])),
        ("visible_files", json!({ "a": { "content": "" } })),
        ("url", json!("u")),
        ("sha", json!("s")),
    ]);
    (sound, anything(), 0..10u8, "(colour|~x|a/b|)").prop_map(|((key, sound), odd, die, unknown)| match die {
        0 => (unknown, odd),
        1 | 2 => (key.to_owned(), odd),
        _ => (key.to_owned(), sound),
    })
}

fn instance() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => anything(),
        20 => proptest::collection::vec(member(), 0..16)
            .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn build_time_and_run_time_find_the_same(instance in instance()) {
        for schema in Schema::ALL.into_iter().filter(|schema| runs(*schema)) {
            prop_assert_eq!(at_build_time(schema, &instance), at_run_time(schema, &instance), "{}", schema.name());
        }
    }
}

/// The engine makes sentences of these.
#[test]
fn a_fault_carries_the_schemas_side_of_it() {
    let kinds = |schema: Schema, instance: Value| -> Vec<(String, FaultKind)> {
        let mut faults: Vec<_> =
            schema.faults(&instance).into_iter().map(|fault| (fault.pointer, fault.kind)).collect();
        faults.sort_by(|one, other| one.0.cmp(&other.0));
        faults
    };
    let at = |pointer: &str, kind: FaultKind| (pointer.to_owned(), kind);
    assert_eq!(
        kinds(Schema::Exercises, json!({ "display_name": 1, "a/b": 0, "c~d": 0 })),
        [
            at("/a~1b", FaultKind::Unknown { key: "a/b".to_owned() }),
            at("/c~0d", FaultKind::Unknown { key: "c~d".to_owned() }),
            at("/display_name", FaultKind::Type { expected: vec!["string"] }),
            at("/visible_filenames", FaultKind::Missing { key: "visible_filenames".to_owned() }),
        ]
    );
    let custom = json!({
        "display_name": "", "visible_filenames": [], "filename_extension": 1, "image_name": "a",
        "tab_size": 9, "max_seconds": 0, "progress_regexs": ["a", "b", "c"], "language": ["C", ""]
    });
    assert_eq!(
        kinds(Schema::Custom, custom),
        [
            at("/display_name", FaultKind::TooFew { limit: 1 }),
            at("/filename_extension", FaultKind::Type { expected: vec!["string", "array"] }),
            at("/max_seconds", FaultKind::TooSmall { limit: 1 }),
            at("/progress_regexs", FaultKind::TooMany { limit: 2 }),
            at("/tab_size", FaultKind::TooLarge { limit: 8 }),
            at("/test_framework", FaultKind::Missing { key: "test_framework".to_owned() }),
            at("/visible_filenames", FaultKind::TooFew { limit: 1 }),
        ]
    );
    let derived = json!({
        "display_name": "x", "visible_filenames": ["a"], "filename_extension": ".c", "image_name": "a"
    });
    assert_eq!(kinds(Schema::LanguagesDerived, derived), [at("/image_name", FaultKind::Forbidden)]);
}
