//! A repository that cannot be fetched: its URL, the network, or what it holds.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "unfetched-repository",
    summary: "a repository cannot be fetched",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unfetched_repository.md"),
};

/// `message` and `hint` are the error's.
#[must_use]
pub fn diagnose(message: &str, hint: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&RULE, Location::file("."), message);
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}
