//! The report as JSON, version 1. The shape is frozen: `schemas/report.schema.json` states it.

use crate::diagnostic::{Diagnostic, Fix, Location, MessageValue, Report};
use crate::json::JsonWriter;
use crate::sources::{Position, Sources};

/// The report as one line of JSON with a newline at its end: the same bytes on every front.
#[must_use]
pub fn json(report: &Report, sources: &Sources) -> String {
    let mut json = JsonWriter::new();
    json.open('{');
    json.key("version").count(1);
    json.key("diagnostics").open('[');
    for found in report.diagnostics() {
        diagnostic(&mut json, found, sources);
    }
    json.close(']');
    let summary = report.summary();
    json.key("summary").open('{');
    json.key("manifests").count(summary.manifests);
    json.key("errors").count(summary.errors);
    json.key("warnings").count(summary.warnings);
    json.close('}');
    json.close('}');
    let mut text = json.finish();
    text.push('\n');
    text
}

/// One diagnostic, as [`json`] has it.
#[must_use]
pub fn diagnostic_json(found: &Diagnostic, sources: &Sources) -> String {
    let mut json = JsonWriter::new();
    diagnostic(&mut json, found, sources);
    json.finish()
}

fn diagnostic(json: &mut JsonWriter, found: &Diagnostic, sources: &Sources) {
    json.open('{');
    json.key("rule").string(found.rule.id);
    json.key("severity").string(found.severity.as_str());
    json.key("message").string(&found.message);
    json.key("path").string(&found.place.path);
    json.key("pointer").string(found.pointer.as_str());
    span(json, &found.place, sources);
    json.key("related").open('[');
    for related in &found.related {
        json.open('{');
        json.key("path").string(&related.place.path);
        span(json, &related.place, sources);
        json.key("message").string(&related.message);
        json.close('}');
    }
    json.close(']');
    json.key("hint").optional(found.hint.as_deref());
    json.key("fixes").open('[');
    found.fixes.iter().for_each(|fix| self::fix(json, fix));
    json.close(']');
    json.key("data").open('{');
    for (name, value) in &found.data {
        match value {
            MessageValue::Text(text) => json.key(name).string(text),
            MessageValue::Number(number) => json.key(name).value(&number.to_string()),
        }
    }
    json.close('}');
    json.close('}');
}

fn fix(json: &mut JsonWriter, fix: &Fix) {
    json.open('{');
    json.key("title").string(&fix.title);
    json.key("safe").boolean(fix.safe);
    json.key("edits").open('[');
    for edit in &fix.edits {
        json.open('{');
        json.key("path").string(&edit.path);
        json.key("start").count(edit.span.start);
        json.key("end").count(edit.span.end);
        json.key("text").string(&edit.text);
        json.close('}');
    }
    json.close(']');
    json.close('}');
}

/// `null` for a file as a whole, and where its text is not at hand.
fn span(json: &mut JsonWriter, place: &Location, sources: &Sources) {
    json.key("span");
    let Some((start, end)) = place.span.and_then(|span| Some(sources.get(&place.path)?.positions(span)))
    else {
        return json.value("null");
    };
    json.open('{');
    for (name, Position { line, column, offset }) in [("start", start), ("end", end)] {
        json.key(name).open('{');
        json.key("line").count(line);
        json.key("column").count(column);
        json.key("offset").count(offset);
        json.close('}');
    }
    json.close('}');
}
