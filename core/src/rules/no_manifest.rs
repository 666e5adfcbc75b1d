//! A repository with neither a manifest nor a docker folder.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "no-manifest",
    summary: "a repository has no manifest.json",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("no_manifest.md"),
};

/// The fault of a repository in which no manifest was found.
#[must_use]
pub fn no_manifest(path: &str) -> Diagnostic {
    Diagnostic::new(&RULE, Location::file(path), "no manifest.json in the repository").hint(
        "add start_point/manifest.json (languages), start-points/NAME/manifest.json (exercises) \
         or start-points/GROUP/NAME/manifest.json (custom); `start-points new` creates one",
    )
}
