//! A source that the command line or its lists give twice.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "repeated-source",
    summary: "a source is given twice",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("repeated_source.md"),
};

/// `first` is how the earlier one is written.
#[must_use]
pub fn diagnose(first: &str) -> Diagnostic {
    Diagnostic::new(&RULE, Location::file("."), format!("`{first}` is already given"))
        .hint("remove one of them; another version has another `?tag=`")
        .data("first", first)
}
