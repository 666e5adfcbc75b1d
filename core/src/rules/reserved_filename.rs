//! A file of a start-point with a name that a catalogue needs for a file of its own.

use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "reserved-filename",
    summary: "a file has a name that a catalogue writes itself",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("reserved_filename.md"),
};

/// `path` is the file's, from the top of its source.
#[must_use]
pub fn diagnose(path: &str) -> Diagnostic {
    let message = format!("a catalogue writes `{}` itself", escaped(path));
    Diagnostic::new(&RULE, Location::file(path), message)
        .hint("rename the file, also in the manifest")
        .data("file", path)
}
