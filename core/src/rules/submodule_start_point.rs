//! A start-point's folder, or its docker folder, that is a submodule: its files are in another repository.

use crate::diagnostic::{Diagnostic, Place};
use crate::files::Other;
use crate::layout;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "submodule-start-point",
    summary: "a start-point's folder is a submodule",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("submodule_start_point.md"),
};

/// The fault of what stands under a path of a repository; `None` where it is not a submodule, or no start-point lies
/// there.
#[must_use]
pub fn check(path: &str, other: Other) -> Option<Diagnostic> {
    let manifest = layout::join(path, layout::MANIFEST);
    let name = path.rsplit('/').next().unwrap_or(path);
    let holds_start_points =
        layout::kind_of_place(&manifest).is_some() || matches!(name, "docker" | "start-points");
    if other != Other::Submodule || !holds_start_points || !layout::is_manifest(&manifest) {
        return None;
    }
    let message = "is a submodule: its files are in another repository and are not read";
    Some(
        Diagnostic::new(&RULE, Place::file(path), message.to_owned())
            .hint("name that repository's own URL as the source, or commit the files here")
            .data("found", other.describe()),
    )
}
