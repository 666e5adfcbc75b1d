//! An image that cannot be pulled: its name, the registry, or what it holds.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "unpulled-image",
    summary: "an image cannot be pulled",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unpulled_image.md"),
};

/// `message` and `hint` are the error's.
#[must_use]
pub fn diagnose(message: &str, hint: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&RULE, Location::file("."), message);
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}
