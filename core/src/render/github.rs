//! GitHub workflow commands: annotations on the lines of a pull request.

use std::fmt::Write as _;

use crate::report::Report;
use crate::rule::Severity;
use crate::shown;
use crate::sources::Sources;

/// One workflow command a diagnostic, escaped as the runner unescapes it.
#[must_use]
pub fn github(report: &Report, sources: &Sources) -> String {
    github_from(report, sources, &str::to_owned)
}

/// The same, with each path as `from_top` writes it from the top of the repository: GitHub shows an annotation at a
/// file only where its path starts there.
#[must_use]
pub fn github_from(report: &Report, sources: &Sources, from_top: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for found in report.diagnostics() {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let place = &found.place;
        // The format has no escape for the rest of what cannot be seen: the log must not show it, even where the path
        // is then not one that GitHub finds.
        let path = property(&from_top(&place.path));
        let _ = write!(out, "::{command} title={},file={}", property(found.rule.id), shown::path(&path));
        if let Some((start, end)) =
            place.span.and_then(|span| Some(sources.get(&place.path)?.positions(span)))
        {
            let _ = write!(out, ",line={},endLine={}", start.line, end.line);
            // The runner refuses columns where the lines differ.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let hint = found.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        let _ = writeln!(out, "::{}", shown::lines(&data(&format!("{}{hint}", found.message))));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
