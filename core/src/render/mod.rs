//! Output formats: pure functions from a report to text. Here those of one line a diagnostic, and the summary.

#[cfg(feature = "full")]
mod full;
mod json;
mod sarif;

use std::fmt::Write as _;

#[cfg(feature = "full")]
pub use full::{full, full_linked};
pub use json::{diagnostic_json, json};
pub use sarif::{sarif, sarif_from};

use crate::diagnostic::{Report, Summary};
use crate::escape::{self, pluralize};
use crate::rule::Severity;
use crate::sources::Sources;

/// One line a diagnostic; a fault of a file as a whole has no line and column.
#[must_use]
pub fn concise(report: &Report, sources: &Sources) -> String {
    let mut out = String::new();
    for found in report.diagnostics() {
        let place = &found.place;
        let position = place.span.and_then(|span| Some(sources.get(&place.path)?.position(span.start)));
        let at = position.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        let (path, message) = (escape::path(&place.path), escape::lines(&found.message));
        let _ = writeln!(out, "{path}{at}: {}: {message}", found.rule.id);
    }
    out
}

/// GitHub workflow commands, one a diagnostic: annotations on the lines of a pull request.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message>;
/// escaped as <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts> does.
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
        // The format cannot escape other invisible characters: they must not reach the log, even where GitHub then does
        // not find the path.
        let path = escape_property(&from_top(&place.path));
        let _ =
            write!(out, "::{command} title={},file={}", escape_property(found.rule.id), escape::path(&path));
        if let Some((start, end)) =
            place.span.and_then(|span| Some(sources.get(&place.path)?.positions(span)))
        {
            let _ = write!(out, ",line={},endLine={}", start.line, end.line);
            // The runner rejects columns where the lines differ.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let hint = found.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        let _ = writeln!(out, "::{}", escape::lines(&escape_data(&format!("{}{hint}", found.message))));
    }
    out
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The last line: `3 manifests: 1 error, 2 warnings`.
///
/// Without a manifest nothing is called clean: only the `docker/` folder of a base language is checked, and nothing of
/// what settings exclude.
#[must_use]
pub fn summary(summary: Summary) -> String {
    let manifests = pluralize(summary.manifests, "manifest");
    match (summary.errors, summary.warnings) {
        (0, 0) if summary.manifests == 0 => "no manifest was checked".to_owned(),
        (0, 0) => format!("{manifests}: clean"),
        (errors, 0) => format!("{manifests}: {}", pluralize(errors, "error")),
        (0, warnings) => format!("{manifests}: no errors, {}", pluralize(warnings, "warning")),
        (errors, warnings) => {
            format!("{manifests}: {}, {}", pluralize(errors, "error"), pluralize(warnings, "warning"))
        }
    }
}
