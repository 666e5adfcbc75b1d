//! A start-point's folder, or its docker folder, that is a submodule: its files are in another repository.

use crate::diagnostic::{Diagnostic, Location};
use crate::files::NonRegular;
use crate::layout;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "submodule-start-point",
    summary: "a start-point's folder is a submodule",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("submodule_start_point.md"),
};

/// The fault of a submodule, which is at `place` in its repository; `None` where no start-point is expected there.
pub(crate) fn diagnose(path: &str, place: &str) -> Option<Diagnostic> {
    let manifest = layout::join(place, layout::MANIFEST);
    let name = place.rsplit('/').next().unwrap_or(place);
    let holds_start_points =
        layout::kind_of_place(&manifest).is_some() || matches!(name, layout::DOCKER | layout::START_POINTS);
    if !holds_start_points || !layout::is_manifest(&manifest) {
        return None;
    }
    let message = "is a submodule: its files are in another repository and are not read";
    Some(
        Diagnostic::new(&RULE, Location::file(path), message)
            .hint("use the URL of that repository as the source, or commit the files here")
            .data("found", NonRegular::Submodule.describe()),
    )
}
