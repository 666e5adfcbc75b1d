//! A display name that another start-point of the catalogue has already.

use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-display-name",
    summary: "two start-points have the same display name",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("duplicate_display_name.md"),
};

/// `places` are in the order of the catalogue; the fault is at the last, and every other is shown with it.
pub(crate) fn diagnose(name: &str, places: &[&Location]) -> Diagnostic {
    let message = format!("display name `{}` is used {} times", escaped(name), places.len());
    let (last, others) = match places {
        [others @ .., last] => ((*last).clone(), others),
        [] => (Location::file(""), &[][..]),
    };
    let diagnostic = Diagnostic::new(&RULE, last, message)
        .pointer(Pointer::root().key("display_name"))
        .hint("give each start-point a unique name, for example with its version")
        .data("display_name", name);
    others.iter().fold(diagnostic, |diagnostic, place| diagnostic.related((*place).clone(), "also here"))
}
