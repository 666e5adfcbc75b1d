//! The report as JSON, version 1. The shapes here are frozen: `schemas/report.schema.json` states them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Place};
use crate::report::Report;
use crate::sources::{Position, Sources};

#[derive(Serialize)]
struct ReportV1<'a> {
    version: u8,
    diagnostics: Vec<DiagnosticV1<'a>>,
    summary: SummaryV1,
}

#[derive(Serialize)]
struct SummaryV1 {
    manifests: usize,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct DiagnosticV1<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    path: &'a str,
    pointer: &'a str,
    span: Option<SpanV1>,
    related: Vec<RelatedV1<'a>>,
    hint: Option<&'a str>,
    fixes: Vec<FixV1<'a>>,
    data: &'a BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
struct SpanV1 {
    start: PositionV1,
    end: PositionV1,
}

#[derive(Serialize)]
struct PositionV1 {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct RelatedV1<'a> {
    path: &'a str,
    span: Option<SpanV1>,
    message: &'a str,
}

#[derive(Serialize)]
struct FixV1<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditV1<'a>>,
}

#[derive(Serialize)]
struct EditV1<'a> {
    path: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
}

/// The report as one line of JSON with a newline at its end: the same bytes on every front.
#[must_use]
pub fn json(report: &Report, sources: &Sources) -> String {
    let summary = report.summary();
    let report = ReportV1 {
        version: 1,
        diagnostics: report.diagnostics().iter().map(|found| diagnostic(found, sources)).collect(),
        summary: SummaryV1 {
            manifests: summary.manifests,
            errors: summary.errors,
            warnings: summary.warnings,
        },
    };
    // Strings, numbers and maps with string keys: there is nothing here that serialising could refuse.
    let mut text = serde_json::to_string(&report).unwrap_or_default();
    text.push('\n');
    text
}

fn diagnostic<'a>(found: &'a Diagnostic, sources: &Sources) -> DiagnosticV1<'a> {
    let related = found.related.iter().map(|related| RelatedV1 {
        path: &related.place.path,
        span: span(&related.place, sources),
        message: &related.message,
    });
    let fixes = found.fixes.iter().map(|fix| FixV1 {
        title: &fix.title,
        safe: fix.safe,
        edits: fix
            .edits
            .iter()
            .map(|edit| EditV1 {
                path: &edit.path,
                start: edit.span.start,
                end: edit.span.end,
                text: &edit.text,
            })
            .collect(),
    });
    DiagnosticV1 {
        rule: found.rule.id,
        severity: found.severity.as_str(),
        message: &found.message,
        path: &found.place.path,
        pointer: found.pointer.as_str(),
        span: span(&found.place, sources),
        related: related.collect(),
        hint: found.hint.as_deref(),
        fixes: fixes.collect(),
        data: &found.data,
    }
}

fn span(place: &Place, sources: &Sources) -> Option<SpanV1> {
    let (start, end) = sources.get(&place.path)?.positions(place.span?);
    let position = |p: Position| PositionV1 { line: p.line, column: p.column, offset: p.offset };
    Some(SpanV1 { start: position(start), end: position(end) })
}
