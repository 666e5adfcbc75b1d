//! Display names that a learner cannot tell apart.

use crate::check::Listed;
use crate::diagnostic::{Diagnostic, Place};
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "similar-display-name",
    summary: "two display names differ only in case or white space",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("similar_display_name.md"),
};

/// What is left of a name when case and white space do not count.
#[must_use]
pub fn fold(name: &str) -> String {
    name.split_whitespace().flat_map(str::chars).flat_map(char::to_lowercase).collect()
}

/// `places` are those of `name`; `first` is the start-point that came before it.
pub(crate) fn diagnose(name: &str, places: &[&Place], first: &Listed) -> Diagnostic {
    let message = format!(
        "display name `{}` differs from `{}` only in case or white space",
        shown(name),
        shown(&first.display_name)
    );
    let place = places.first().map_or_else(|| Place::file(""), |place| (*place).clone());
    Diagnostic::new(&RULE, place, message)
        .pointer(Pointer::root().key("display_name"))
        .related(first.place.clone(), "the other one")
        .hint("give it a plainly different name, or remove one of the two start-points")
        .data("display_name", name)
        .data("other", first.display_name.as_str())
}
