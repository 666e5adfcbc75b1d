//! The schemas are schemas, and their examples hold.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

#[path = "schemas/examples.rs"]
mod examples;

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::Value;
use start_points_schemas::Schema;

fn value(schema: Schema) -> Value {
    serde_json::from_str(schema.text()).unwrap_or_else(|error| panic!("{}: {error}", schema.name()))
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{error}"))
}

/// Whether the engine walks it.
fn runs(schema: Schema) -> bool {
    schema.shape().is_some()
}

/// Place of each keyword that names a rule → the rule.
fn keyword_rules(schema: Schema) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    walk(&value(schema), "", &mut |place, object| {
        let Some(rules) = object.get("x-rule") else { return };
        for (keyword, rule) in rules.as_object().expect("keyword to rule") {
            found.insert(format!("{place}/{keyword}"), rule.as_str().expect("a rule").to_owned());
        }
    });
    found
}

/// Every object in a schema that is a schema itself, with its place.
fn walk(schema: &Value, place: &str, visit: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    let Some(object) = schema.as_object() else { return };
    visit(place, object);
    for holder in ["properties", "$defs"] {
        for (key, below) in object.get(holder).and_then(Value::as_object).into_iter().flatten() {
            walk(below, &format!("{place}/{holder}/{key}"), visit);
        }
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(below) = object.get(key) {
            walk(below, &format!("{place}/{key}"), visit);
        }
    }
    for (index, below) in
        object.get("prefixItems").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        walk(below, &format!("{place}/prefixItems/{index}"), visit);
    }
}

#[test]
fn each_schema_is_one_of_draft_2020_12() {
    for schema in Schema::ALL {
        let value = value(schema);
        assert_eq!(value["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", schema.name());
        if let Err(error) = jsonschema::draft202012::meta::validate(&value) {
            panic!("{}: {}: {error}", schema.name(), error.instance_path());
        }
        validator(&value);
    }
}

#[test]
fn each_schema_has_a_name_of_its_own_and_says_what_it_is() {
    let mut ids = BTreeSet::new();
    for schema in Schema::ALL {
        let (value, name) = (value(schema), schema.name());
        let id = value["$id"].as_str().expect("an id").to_owned();
        assert!(id.ends_with(&format!("/{name}.schema.json")), "{id}");
        assert!(ids.insert(id));
        for key in ["title", "description"] {
            assert!(value[key].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {key}");
        }
        assert!(has_examples(&value), "{name} has no examples");
        assert_eq!(value["type"], "object", "{name}");
        assert_eq!(value["additionalProperties"], false, "{name}");
    }
    assert_eq!(ids.len(), 13);
}

/// Of the whole, or of each of its properties that may be there.
fn has_examples(schema: &Value) -> bool {
    let has = |schema: &Value| schema["examples"].as_array().is_some_and(|examples| !examples.is_empty());
    let has_or_is_forbidden = |property: &Value| has(property) || property.get("not").is_some();
    let properties = schema["properties"].as_object().expect("properties");
    has(schema) || properties.values().all(has_or_is_forbidden)
}

#[test]
fn every_property_says_what_it_is_and_its_examples_and_default_are_valid() {
    let mut examples = 0;
    for schema in Schema::ALL {
        let whole = value(schema);
        walk(&whole, "", &mut |place, object| {
            // A reference needs the definitions around it.
            let mut alone = Value::Object(object.clone());
            alone["$defs"] = whole["$defs"].clone();
            if alone["$defs"].is_null() {
                alone["$defs"] = serde_json::json!({});
            }
            let validator = validator(&alone);
            let listed = object.get("examples").and_then(Value::as_array).into_iter().flatten();
            for example in listed.chain(object.get("default")) {
                examples += 1;
                assert!(validator.is_valid(example), "{}{place}: {example}", schema.name());
            }
        });
        if runs(schema) {
            for (key, property) in whole["properties"].as_object().expect("properties") {
                let is_forbidden = property.get("not").is_some();
                for word in ["title", "description"] {
                    let found = property[word].as_str().is_some_and(|text| !text.is_empty());
                    assert!(found || is_forbidden, "{}: {key} has no {word}", schema.name());
                }
            }
        }
    }
    assert!(examples > 100, "{examples}");
}

/// Otherwise a failure would come out as the fallback rule, which hides what is wrong.
#[test]
fn every_keyword_that_can_fail_names_its_rule() {
    const CAN_FAIL: [&str; 13] = [
        "type",
        "required",
        "additionalProperties",
        "dependentRequired",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minProperties",
        "not",
        "enum",
    ];
    for schema in Schema::ALL.into_iter().filter(|schema| runs(*schema)) {
        walk(&value(schema), "", &mut |place, object| {
            let rules = object.get("x-rule").and_then(Value::as_object);
            for keyword in CAN_FAIL {
                let fails = match object.get(keyword) {
                    None => false,
                    Some(Value::Object(_)) if keyword == "additionalProperties" => false,
                    Some(_) => !place.ends_with("/not"),
                };
                let named = rules.is_some_and(|rules| rules.contains_key(keyword));
                assert_eq!(fails, named, "{}{place}: {keyword}", schema.name());
            }
        });
    }
}
