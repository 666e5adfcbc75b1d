//! One line a diagnostic: `path:line:col: rule: message`.

use std::fmt::Write as _;

use crate::report::Report;
use crate::shown;
use crate::sources::Sources;

/// One line a diagnostic; a fault of a file as a whole has no line and column.
#[must_use]
pub fn concise(report: &Report, sources: &Sources) -> String {
    let mut out = String::new();
    for found in report.diagnostics() {
        let place = &found.place;
        let position = place.span.and_then(|span| Some(sources.get(&place.path)?.position(span.start)));
        let at = position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        let (path, message) = (shown::path(&place.path), shown::lines(&found.message));
        let _ = writeln!(out, "{path}{at}: {}: {message}", found.rule.id);
    }
    out
}
