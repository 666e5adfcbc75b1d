//! SARIF 2.1.0, which code-scanning services read: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//! Models only what we emit.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Edit, Fix, Location, Report};
use crate::escape;
use crate::rule::{Rule, Severity};
use crate::rules::RULES;
use crate::sources::Sources;
use crate::span::Span;

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: Message,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

/// SARIF has no word for it; a property bag is where it may stand.
#[derive(Serialize)]
struct FixProperties {
    safe: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    #[serde(flatten)]
    text: Option<TextRegion>,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRegion {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl TextRegion {
    /// The beginning of a file that a fix creates.
    const START: Self = Self { start_line: 1, start_column: 1, end_line: 1, end_column: 1 };
}

/// The report as a SARIF log, pretty-printed, its paths as relative URIs.
#[must_use]
pub fn sarif(report: &Report, sources: &Sources) -> String {
    sarif_from(report, sources, &str::to_owned)
}

/// The same, with each path as `from_top` tells it from the top of the repository, which is what services read.
#[must_use]
pub fn sarif_from(report: &Report, sources: &Sources, from_top: &dyn Fn(&str) -> String) -> String {
    let known = known(report);
    let rules = known.iter().map(|rule| ReportingDescriptor {
        id: rule.id,
        short_description: Message { text: rule.summary.to_owned() },
        help_uri: rule.page_url(),
        help: Help { text: rule.summary, markdown: rule.doc },
        default_configuration: Configuration { level: level(rule.severity) },
    });
    let driver = Driver { name: "start-points", version: env!("CARGO_PKG_VERSION"), rules: rules.collect() };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            results: report
                .diagnostics()
                .iter()
                .map(|found| result(found, &known, sources, from_top))
                .collect(),
        }],
    };
    // Strings and numbers always serialize.
    let mut text = escape::json(serde_json::to_string_pretty(&log).unwrap_or_default());
    text.push('\n');
    text
}

/// The rules of this crate, and those of others whose diagnostics are in the report.
fn known(report: &Report) -> Vec<&'static Rule> {
    let mut known = RULES.to_vec();
    for found in report.diagnostics() {
        if !known.contains(&found.rule) {
            known.push(found.rule);
        }
    }
    known
}

fn result(
    found: &Diagnostic,
    known: &[&Rule],
    sources: &Sources,
    from_top: &dyn Fn(&str) -> String,
) -> SarifResult {
    let hint = found.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    let related = found.related.iter().enumerate().map(|(index, related)| SarifLocation {
        id: Some(index),
        physical_location: physical(&related.place, sources, from_top),
        message: Some(Message { text: related.message.clone() }),
    });
    SarifResult {
        rule_id: found.rule.id,
        rule_index: known.iter().position(|rule| *rule == found.rule).unwrap_or_default(),
        level: level(found.severity),
        message: Message { text: format!("{}{hint}", found.message) },
        locations: [SarifLocation {
            id: None,
            physical_location: physical(&found.place, sources, from_top),
            message: None,
        }],
        related_locations: related.collect(),
        fixes: found.fixes.iter().map(|fix| sarif_fix(fix, sources, from_top)).collect(),
    }
}

/// One change an artifact, in the order in which the fix first names it.
fn sarif_fix(fix: &Fix, sources: &Sources, from_top: &dyn Fn(&str) -> String) -> SarifFix {
    let mut artifact_changes: Vec<ArtifactChange> = Vec::new();
    for edit in &fix.edits {
        let uri = uri(&from_top(&edit.path));
        let replacement = Replacement {
            deleted_region: deleted(edit, sources),
            inserted_content: Message { text: edit.text.clone() },
        };
        match artifact_changes.iter_mut().find(|change| change.artifact_location.uri == uri) {
            Some(change) => change.replacements.push(replacement),
            None => artifact_changes.push(ArtifactChange {
                artifact_location: ArtifactLocation { uri },
                replacements: vec![replacement],
            }),
        }
    }
    SarifFix {
        description: Message { text: fix.title.clone() },
        artifact_changes,
        properties: FixProperties { safe: fix.safe },
    }
}

fn deleted(edit: &Edit, sources: &Sources) -> Region {
    let known = region(&edit.path, edit.span, sources);
    known.unwrap_or_else(|| Region {
        text: (edit.span == Span::new(0, 0)).then_some(TextRegion::START),
        byte_offset: edit.span.start,
        byte_length: edit.span.end.saturating_sub(edit.span.start),
    })
}

/// The region of a text that is at hand.
fn region(path: &str, span: Span, sources: &Sources) -> Option<Region> {
    let (start, end) = sources.get(path)?.positions(span);
    Some(Region {
        text: Some(TextRegion {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }),
        byte_offset: start.offset,
        byte_length: end.offset - start.offset,
    })
}

fn physical(place: &Location, sources: &Sources, from_top: &dyn Fn(&str) -> String) -> PhysicalLocation {
    let region = place.span.and_then(|span| region(&place.path, span, sources));
    PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(&from_top(&place.path)) }, region }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What a path in a URI keeps: <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>, and the slashes.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path as a relative reference: <https://www.rfc-editor.org/rfc/rfc3986#section-4.2>.
fn uri(path: &str) -> String {
    utf8_percent_encode(path.trim_start_matches("./"), KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_relative_uris() {
        assert_eq!(uri("./start-points/C#/a b.json"), "start-points/C%23/a%20b.json");
        assert_eq!(uri("é:x"), "%C3%A9%3Ax");
    }
}
