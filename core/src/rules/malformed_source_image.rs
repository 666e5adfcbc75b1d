//! An image that is given as a source and does not hold exactly one start-point with its labels.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "malformed-source-image",
    summary: "an image given as a source is not that of one start-point",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("malformed_source_image.md"),
};

/// `path` is in the image; `.` is the image itself.
#[must_use]
pub fn diagnose(path: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, Location::file(path), why)
        .hint("make one with `start-points image pack`; a catalogue image is not a source")
}
