//! What a schema finds, as data; the engine makes the sentence.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};

use crate::keyword_rules::KEYWORD_RULES;

/// One way in which an instance breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The rule that the failing keyword names in `x-rule`.
    pub rule: &'static str,
    /// RFC 6901 pointer to what is at fault: the value, or for an unknown or missing key that key.
    pub pointer: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong, with the schema's side of it; the instance's side is at the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The value has another JSON type than these (`"string"`, `"array"`, …).
    Type {
        /// The types the schema takes.
        expected: Vec<&'static str>,
    },
    /// The object lacks this key.
    Missing {
        /// The key.
        key: String,
    },
    /// The object has this key, which the schema does not know.
    Unknown {
        /// The key.
        key: String,
    },
    /// The object has this key, which the schema does not allow here.
    Forbidden,
    /// A string, array or object has fewer characters, items or members.
    TooFew {
        /// The least number.
        limit: u64,
    },
    /// A string or array has more characters or items.
    TooMany {
        /// The greatest number.
        limit: u64,
    },
    /// A number is below this one.
    TooSmall {
        /// The least value.
        limit: i64,
    },
    /// A number is above this one.
    TooLarge {
        /// The greatest value.
        limit: i64,
    },
}

/// One library error is one fault, but for `additionalProperties`, which is one fault a key.
pub(crate) fn from_error(error: &ValidationError<'_>) -> Vec<Fault> {
    let rule = rule_at(error.schema_path().as_str());
    let pointer = error.instance_path().as_str();
    let one = |kind| vec![Fault { rule, pointer: pointer.to_owned(), kind }];
    match error.kind() {
        ValidationErrorKind::Type { kind } => one(FaultKind::Type { expected: expected(kind) }),
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default().to_owned();
            vec![Fault { rule, pointer: child(pointer, &key), kind: FaultKind::Missing { key } }]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|key| Fault {
                rule,
                pointer: child(pointer, key),
                kind: FaultKind::Unknown { key: key.clone() },
            })
            .collect(),
        ValidationErrorKind::MinLength { limit }
        | ValidationErrorKind::MinItems { limit }
        | ValidationErrorKind::MinProperties { limit } => one(FaultKind::TooFew { limit: *limit }),
        ValidationErrorKind::MaxLength { limit } | ValidationErrorKind::MaxItems { limit } => {
            one(FaultKind::TooMany { limit: *limit })
        }
        ValidationErrorKind::Minimum { limit } => {
            one(FaultKind::TooSmall { limit: limit.as_i64().unwrap_or_default() })
        }
        ValidationErrorKind::Maximum { limit } => {
            one(FaultKind::TooLarge { limit: limit.as_i64().unwrap_or_default() })
        }
        _ => one(FaultKind::Forbidden),
    }
}

fn expected(kind: &TypeKind) -> Vec<&'static str> {
    match kind {
        TypeKind::Single(kind) => vec![kind.as_str()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.as_str()).collect(),
    }
}

/// The rule of the keyword at `schema_path`. The generator refuses a schema with a keyword that names
/// none, so the fallback is never seen; it keeps a mistake there from hiding a fault.
fn rule_at(schema_path: &str) -> &'static str {
    KEYWORD_RULES
        .binary_search_by(|(place, _)| (*place).cmp(schema_path))
        .ok()
        .and_then(|index| KEYWORD_RULES.get(index))
        .map_or("wrong-type", |(_, rule)| rule)
}

fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}
