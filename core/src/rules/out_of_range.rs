//! A number below the least or above the greatest value of its key.

use super::context::SchemaViolation;
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::json::Node;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "out-of-range",
    summary: "a number is out of its range",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("out_of_range.md"),
};

/// The ranges, both ends included, as the schemas state them; a test compares.
pub(crate) const RANGES: [(&str, i64, i64); 2] = [("tab_size", 1, 8), ("max_seconds", 1, 20)];

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, .. } = violation;
    let place = text.value_place(&pointer);
    let found = text.document.find(&pointer).and_then(Node::as_number).unwrap_or_default();
    let key = pointer.last().unwrap_or_default();
    let range = RANGES.into_iter().find(|(name, _, _)| *name == key);
    let (least, greatest) = range.map_or((i64::MIN, i64::MAX), |(_, least, greatest)| (least, greatest));
    Diagnostic::new(
        &RULE,
        place,
        format!("{} is `{}`, expected {least} to {greatest}", pointer.in_words(), escaped(found)),
    )
    .hint(format!("write a whole number from {least} to {greatest}"))
    .data("found", found)
    .data("minimum", least)
    .data("maximum", greatest)
    .pointer(pointer.clone())
}
