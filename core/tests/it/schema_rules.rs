//! Every rule that a schema names in an `x-rule` annotation is a rule.

use std::collections::BTreeSet;

use serde_json::Value;
use start_points_schemas::Schema;

/// The rules that annotations anywhere below a value name.
fn collect(value: &Value, rules: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, below) in object {
                match below.as_object().filter(|_| key == "x-rule") {
                    Some(named) => {
                        rules.extend(named.values().map(|rule| rule.as_str().expect("a rule").to_owned()));
                    }
                    None => collect(below, rules),
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, rules)),
        _ => {}
    }
}

#[test]
fn every_rule_that_a_schema_names_exists() {
    let mut rules = BTreeSet::new();
    for schema in Schema::ALL {
        collect(&serde_json::from_str(schema.text()).expect("JSON"), &mut rules);
    }
    assert!(rules.len() > 5, "{rules:?}");
    for rule in &rules {
        assert!(start_points::rule(rule).is_some(), "{rule}");
    }
}
