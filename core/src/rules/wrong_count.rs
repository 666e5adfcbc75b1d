//! An array whose key takes an exact number of entries has another.

use super::schema::subject_name;
use crate::check::Text;
use crate::diagnostic::Diagnostic;
use crate::json::{Node, Pointer};
use crate::rule::{Rule, Severity, page};
use crate::schema::{Fault, FaultKind};

pub(crate) static RULE: Rule = Rule {
    id: "wrong-count",
    summary: "an array has too few or too many entries",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("wrong_count.md"),
};

pub(crate) fn diagnose(text: Text<'_>, pointer: Pointer, fault: &Fault) -> Diagnostic {
    let expected = match fault.kind {
        FaultKind::TooFew { limit } | FaultKind::TooMany { limit } => limit,
        _ => 0,
    };
    let found = text.document.find(&pointer).and_then(Node::as_array).map_or(0, <[_]>::len);
    let entries = if found == 1 { "entry" } else { "entries" };
    let message = format!("{} has {found} {entries}, expected {expected}", subject_name(&pointer));
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
