//! One line a diagnostic: `path:line:col: rule: message`.

use std::fmt::Write as _;

use crate::report::Report;
use crate::shown::shown;
use crate::sources::Sources;

/// One line a diagnostic; a fault of a file as a whole has no line and column.
#[must_use]
pub fn concise(report: &Report, sources: &Sources) -> String {
    let mut out = String::new();
    for found in report.diagnostics() {
        let place = &found.place;
        let position = place.span.and_then(|span| Some(sources.get(&place.path)?.position(span.start)));
        let at = position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        let _ = writeln!(out, "{}{at}: {}: {}", shown_path(&place.path), found.rule.id, found.message);
    }
    out
}

/// A path on one line, at its whole length.
pub(super) fn shown_path(path: &str) -> String {
    if path.chars().any(char::is_control) {
        path.chars()
            .map(|c| if c.is_control() { shown(c.encode_utf8(&mut [0; 4])).into_owned() } else { c.into() })
            .collect()
    } else {
        path.to_owned()
    }
}
