//! The engine's walk of a schema finds what the `jsonschema` crate finds, on random objects and on the examples.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use start_points::json::Document;
use start_points::schema::{SchemaFault, SchemaFaultKind, faults_within};
use start_points_schemas::{Schema, Type};

/// Pointer and rule of every fault.
type Faults = BTreeSet<(String, String)>;

/// The schemas that the engine walks.
fn schemas() -> impl Iterator<Item = Schema> {
    Schema::ALL.into_iter().filter(|schema| schema.shape().is_some())
}

fn walked(schema: Schema, instance: &str) -> Vec<SchemaFault> {
    let document = Document::parse(instance.as_bytes()).unwrap_or_else(|error| panic!("{error}: {instance}"));
    start_points::schema::faults(&document, schema.shape().expect("a shape"))
}

fn by_the_walk(schema: Schema, instance: &str) -> Faults {
    let faults = walked(schema, instance).into_iter();
    faults.map(|fault| (fault.pointer.as_str().to_owned(), fault.rule.id().to_owned())).collect()
}

fn by_jsonschema(schema: Schema, instance: &Value) -> Faults {
    let text: Value = serde_json::from_str(schema.text()).expect("JSON");
    let mut rules = BTreeMap::new();
    collect(&text, String::new(), &mut rules);
    let validator = jsonschema::draft202012::new(&text).unwrap_or_else(|error| panic!("{error}"));
    let faults = validator.iter_errors(instance).flat_map(|error| {
        let rule = rules.get(error.schema_path().as_str());
        let rule = rule.unwrap_or_else(|| panic!("{}: no rule at {}", schema.name(), error.schema_path()));
        pointers(&error).into_iter().map(|pointer| (pointer, rule.clone())).collect::<Vec<_>>()
    });
    faults.collect()
}

/// Place of each keyword that names a rule → the rule.
fn collect(value: &Value, place: String, rules: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            for (key, below) in object {
                match below.as_object().filter(|_| key == "x-rule") {
                    Some(named) => rules.extend(named.iter().map(|(keyword, rule)| {
                        (format!("{place}/{keyword}"), rule.as_str().expect("a rule").to_owned())
                    })),
                    None => collect(below, format!("{place}/{key}"), rules),
                }
            }
        }
        Value::Array(entries) => {
            for (index, below) in entries.iter().enumerate() {
                collect(below, format!("{place}/{index}"), rules);
            }
        }
        _ => {}
    }
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
    fn on_random_objects(instance in instance()) {
        for schema in schemas() {
            let walked = by_the_walk(schema, &instance.to_string());
            prop_assert_eq!(walked, by_jsonschema(schema, &instance), "{}", schema.name());
        }
    }
}

#[test]
fn on_the_examples() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/examples");
    let files = |folder: PathBuf| {
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
    };
    for schema in schemas() {
        for verdict in ["valid", "invalid"] {
            for file in files(examples.join(schema.name()).join(verdict)) {
                let text = fs::read_to_string(&file).expect("UTF-8");
                let walked = by_the_walk(schema, &text);
                assert_eq!(walked.is_empty(), verdict == "valid", "{}", file.display());
                let value = serde_json::from_str(&text).expect("JSON");
                assert_eq!(walked, by_jsonschema(schema, &value), "{}", file.display());
            }
        }
    }
}

#[test]
fn of_duplicate_keys_the_last_counts_and_a_fault_is_told_once() {
    let text =
        r#"{"x":1,"display_name":1,"visible_filenames":["a"],"display_name":"a","x":2,"tab_size":"4"}"#;
    let found: Vec<_> =
        walked(Schema::Exercises, text).into_iter().map(|fault| fault.pointer.to_string()).collect();
    assert_eq!(found, ["/tab_size", "/x"]);
}

/// The rules make sentences of these.
#[test]
fn a_fault_carries_the_schemas_side_of_it() {
    let kinds = |schema: Schema, instance: Value| -> Vec<(String, SchemaFaultKind)> {
        let faults = walked(schema, &instance.to_string()).into_iter();
        let mut faults: Vec<_> = faults.map(|fault| (fault.pointer.to_string(), fault.kind)).collect();
        faults.sort_by(|one, other| one.0.cmp(&other.0));
        faults
    };
    let at = |pointer: &str, kind: SchemaFaultKind| (pointer.to_owned(), kind);
    assert_eq!(
        kinds(Schema::Exercises, json!({ "display_name": 1, "a/b": 0, "c~d": 0 })),
        [
            at("/a~1b", SchemaFaultKind::Unknown),
            at("/c~0d", SchemaFaultKind::Unknown),
            at("/display_name", SchemaFaultKind::Type { expected: &[Type::String] }),
            at("/visible_filenames", SchemaFaultKind::Missing),
        ]
    );
    let custom = json!({
        "display_name": "", "visible_filenames": [], "filename_extension": 1, "image_name": "a",
        "tab_size": 9, "max_seconds": 0, "progress_regexs": ["a", "b", "c"], "language": ["C", ""]
    });
    assert_eq!(
        kinds(Schema::Custom, custom),
        [
            at("/display_name", SchemaFaultKind::TooFew { limit: 1 }),
            at("/filename_extension", SchemaFaultKind::Type { expected: &[Type::String, Type::Array] }),
            at("/max_seconds", SchemaFaultKind::TooSmall { limit: 1 }),
            at("/progress_regexs", SchemaFaultKind::TooMany { limit: 2 }),
            at("/tab_size", SchemaFaultKind::TooLarge { limit: 8 }),
            at("/test_framework", SchemaFaultKind::Missing),
            at("/visible_filenames", SchemaFaultKind::TooFew { limit: 1 }),
        ]
    );
    let derived = json!({
        "display_name": "x", "visible_filenames": ["a"], "filename_extension": ".c", "image_name": "a"
    });
    assert_eq!(kinds(Schema::LanguagesDerived, derived), [at("/image_name", SchemaFaultKind::Forbidden)]);
}

/// Texts with keys that are there twice, which no `Map` can hold.
fn repeated() -> impl Strategy<Value = String> {
    let members = proptest::collection::vec(member(), 0..16);
    members.prop_map(|members| {
        let members: Vec<_> =
            members.iter().map(|(key, value)| format!("{}:{value}", Value::from(key.as_str()))).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_first_faults_are_those_of_all_and_the_others_are_counted(text in repeated(), limit in 0usize..6) {
        let document = Document::parse(text.as_bytes()).expect("JSON");
        for schema in schemas() {
            let all = walked(schema, &text);
            let some = faults_within(&document, schema.shape().expect("a shape"), limit);
            let shown = limit.min(all.len());
            prop_assert_eq!(&some.first[..], &all[..shown], "{}", text);
            prop_assert_eq!(some.more, all.len() - shown, "{}", text);
        }
    }
}
