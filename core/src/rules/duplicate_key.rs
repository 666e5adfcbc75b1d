//! A key that its object already has; every reader keeps another one of the two.

use super::context::{JsonText, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-key",
    summary: "an object has a key twice",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("duplicate_key.md"),
};

pub(crate) fn check_json(text: JsonText<'_>, sink: &mut Sink) {
    for duplicate in text.document.duplicate_keys() {
        sink.push(|| {
            Diagnostic::new(
                &RULE,
                text.place(duplicate.again),
                format!("duplicate key `{}`", escaped(&duplicate.key)),
            )
            .pointer(duplicate.pointer.key(&duplicate.key))
            .related(text.place(duplicate.first), "first here")
            .hint("keep one of the two")
            .data("key", &*duplicate.key)
        });
    }
}
