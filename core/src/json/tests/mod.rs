//! The parser's behaviour, case by case; `core/tests/json_properties.rs` holds the laws.

mod accepted;
mod duplicates;
mod places;
mod recovered;
mod refused;
mod removals;

use super::{Document, JsonError};

fn parse(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).unwrap()
}

fn refuse(text: &str) -> JsonError {
    Document::parse(text.as_bytes()).unwrap_err()
}
