//! A manifest that is indented with tabs: the rule that a test adds, by the steps of CONTRIBUTING.md.

use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};
use crate::rules::context::{JsonText, Sink};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "tab-indented-manifest",
    summary: "a line of a manifest is indented with a tab",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("tab_indented_manifest.md"),
};

pub(crate) fn check_json(text: JsonText<'_>, sink: &mut Sink) {
    let Some(at) = text.document.text().find("\n\t") else { return };
    sink.push(|| {
        Diagnostic::new(&RULE, text.place(Span::new(at + 1, at + 2)), "indented with a tab")
            .hint("indent with two spaces")
    });
}
