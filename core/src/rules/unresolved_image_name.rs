//! A start-point whose image name gets no tag: it comes from no commit, or the name cannot have one.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "unresolved-image-name",
    summary: "a start-point has no image name with a tag",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unresolved_image_name.md"),
};

/// `manifest` is the path of the manifest, from the top of its source.
#[must_use]
pub fn diagnose(manifest: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, Location::file(manifest), why)
        .hint("commit it, or name the image with its tag in the manifest")
}
