//! An array whose key takes an exact number of entries has another.

use super::context::SchemaViolation;
use crate::diagnostic::Diagnostic;
use crate::json::Node;
use crate::rule::{Rule, Severity, page};
use crate::schema::SchemaFaultKind;

pub(crate) static RULE: Rule = Rule {
    id: "wrong-count",
    summary: "an array has too few or too many entries",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("wrong_count.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, kind, .. } = violation;
    let expected = match kind {
        SchemaFaultKind::TooFew { limit } | SchemaFaultKind::TooMany { limit } => limit,
        _ => 0,
    };
    let found = text.document.find(&pointer).and_then(Node::as_array).map_or(0, <[_]>::len);
    let entries = if found == 1 { "entry" } else { "entries" };
    let message = format!("{} has {found} {entries}, expected {expected}", pointer.in_words());
    let hint = match pointer.last().as_deref() {
        Some("progress_regexs") => "write two regular expressions: for a red run, then for a green one",
        _ => "write `[name, version]`; the version may be `\"\"`",
    };
    Diagnostic::new(&RULE, text.value_place(&pointer), message)
        .hint(hint)
        .data("found", found)
        .data("expected", expected)
        .pointer(pointer)
}
