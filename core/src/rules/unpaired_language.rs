//! `language` and `test_framework` name a start-point together: both or neither.

use super::context::SchemaViolation;
use crate::diagnostic::Diagnostic;
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unpaired-language",
    summary: "only one of language and test_framework is present",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unpaired_language.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, .. } = violation;
    let missing = pointer.last().unwrap_or_default().into_owned();
    let present = if missing == "language" { "test_framework" } else { "language" };
    Diagnostic::new(
        &RULE,
        text.key_place(&Pointer::root().key(present)),
        format!("`{present}` without `{missing}`"),
    )
    .hint(format!("add `\"{missing}\": [\"NAME\", \"VERSION\"]`, or remove `{present}`"))
    .data("present", present)
    .data("missing", missing)
    .pointer(pointer)
}
