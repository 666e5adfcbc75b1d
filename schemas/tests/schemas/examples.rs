//! The files of `examples/`: valid ones and invalid ones for every schema.

use std::fs;
use std::path::Path;

use serde_json::Value;
use start_points_schemas::Schema;

use crate::{keyword_rules, runs, validator, value};

/// Name and content of each example of a schema.
fn examples(schema: Schema, verdict: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(schema.name()).join(verdict);
    let listed = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut examples = Vec::new();
    for path in listed.map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        examples.push((path.display().to_string(), value));
    }
    assert!(!examples.is_empty(), "{}", folder.display());
    examples
}

#[test]
fn valid_examples_are_valid() {
    for schema in Schema::ALL {
        let validator = validator(&value(schema));
        for (name, example) in examples(schema, "valid") {
            let errors: Vec<_> = validator.iter_errors(&example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}

#[test]
fn invalid_examples_are_invalid() {
    for schema in Schema::ALL {
        let validator = validator(&value(schema));
        for (name, example) in examples(schema, "invalid") {
            assert!(!validator.is_valid(&example), "{name}");
        }
    }
}

/// A keyword that no example breaks could be gone without a test that fails.
#[test]
fn the_invalid_examples_break_every_keyword_that_names_a_rule() {
    for schema in Schema::ALL.into_iter().filter(|schema| runs(*schema)) {
        let validator = validator(&value(schema));
        let mut unbroken = keyword_rules(schema);
        for (_, example) in examples(schema, "invalid") {
            for error in validator.iter_errors(&example) {
                unbroken.remove(error.schema_path().as_str());
            }
        }
        assert!(unbroken.is_empty(), "{}: {unbroken:#?}", schema.name());
    }
}

/// Each folder is a schema's, so that a renamed schema does not leave examples that nothing reads.
#[test]
fn every_folder_of_examples_belongs_to_a_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in fs::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        assert!(Schema::ALL.iter().any(|schema| schema.name() == name), "{name}");
    }
}
