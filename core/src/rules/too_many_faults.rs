//! More faults in one text than a report holds.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "too-many-faults",
    summary: "a text has more faults than are shown",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("too_many_faults.md"),
};

pub(crate) fn diagnose(file: Location, dropped: usize) -> Diagnostic {
    let faults = if dropped == 1 { "fault" } else { "faults" };
    Diagnostic::new(&RULE, file, format!("{dropped} more {faults} in this file, not shown"))
        .hint("fix the faults that are shown, then check again")
        .data("dropped", dropped)
}
