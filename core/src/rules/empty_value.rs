//! An empty string or array where something has to stand.

use super::context::SchemaViolation;
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "empty-value",
    summary: "a value is empty",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("empty_value.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, .. } = violation;
    let name = pointer.in_words();
    let tokens: Vec<_> = pointer.tokens().collect();
    let hint = match tokens.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
        ["highlight_filenames" | "rag_lambda"] => "give it a value, or remove the key",
        [key, _] if key.ends_with("filenames") || key == "filename_extension" => {
            "give it a value, or remove it"
        }
        _ => "give it a value",
    };
    Diagnostic::new(&RULE, text.value_place(&pointer), format!("{name} is empty")).pointer(pointer).hint(hint)
}
