//! A text that is not JSON: the parser's error as a diagnostic.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, Fix, Location};
use crate::json::{JsonError, JsonErrorKind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "invalid-json",
    summary: "the text is not JSON",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("invalid_json.md"),
};

pub(crate) fn diagnose(path: &Arc<str>, error: &JsonError) -> Diagnostic {
    let place = |span| Location::new(Arc::clone(path), span);
    let mut diagnostic = Diagnostic::new(&RULE, place(error.span), error.to_string());
    diagnostic.hint = error.hint().map(Into::into);
    if let Some((span, message)) = error.related() {
        diagnostic = diagnostic.related(place(span), message);
    }
    if let Some((span, text)) = error.fix() {
        let edit = Edit { path: Arc::clone(path), span, text: text.to_owned() };
        let title = match (&error.kind, text) {
            (JsonErrorKind::Unexpected { .. }, "") => Some("remove the comma".to_owned()),
            _ => diagnostic.hint.clone(),
        };
        let title = title.unwrap_or_else(|| "remove it".to_owned());
        diagnostic = diagnostic.fix(Fix { title, safe: true, edits: vec![edit] });
    }
    diagnostic
}
