//! Whole outputs, written by `INSTA_UPDATE=always cargo test` and read by a human once.

use serde_json::Value;
use start_points::diagnostic::Place;
use start_points::render;
use start_points::sources::Sources;
use start_points::{Report, Span};

use super::{diagnostic, mixed, report, sources, span};

/// The results alone: the list of rules, with their docs, is not this test's.
fn sarif_results(report: &Report, sources: &Sources) -> String {
    let log: Value = serde_json::from_str(&render::sarif(report, sources)).expect("JSON");
    serde_json::to_string_pretty(&log["runs"][0]["results"]).expect("JSON")
}

fn pretty_json(report: &Report, sources: &Sources) -> String {
    let value: Value = serde_json::from_str(&render::json(report, sources)).expect("JSON");
    serde_json::to_string_pretty(&value).expect("JSON")
}

#[test]
fn a_mixed_report_in_full() {
    let (report, sources) = mixed();
    insta::assert_snapshot!(render::full(&report, &sources, false));
}

#[test]
fn a_mixed_report_in_colour() {
    let (report, sources) = mixed();
    let styled = render::full(&report, &sources, true);
    insta::assert_snapshot!(styled.replace('\u{1b}', "ESC"));
}

#[test]
fn a_mixed_report_as_json() {
    let (report, sources) = mixed();
    insta::assert_snapshot!(pretty_json(&report, &sources));
}

#[test]
fn a_mixed_report_as_sarif() {
    let (report, sources) = mixed();
    insta::assert_snapshot!(sarif_results(&report, &sources));
}

#[test]
fn a_mixed_report_for_github() {
    let (report, sources) = mixed();
    insta::assert_snapshot!(render::github(&report, &sources));
}

#[test]
fn a_long_line_is_cut_and_a_very_long_one_is_only_named() {
    let long = format!("{{\"a\": \"{}\", \"b\": 1, \"c\": \"{}\"}}", "x".repeat(300), "y".repeat(300));
    let very_long = format!("{{\"a\": \"{}\", \"b\": 1}}", "é".repeat(5_000));
    let found = |path: &str, text: &str| {
        diagnostic("unknown-key", path, span(text.as_bytes(), "\"b\""), "unknown key `b`")
            .related(Place { path: path.into(), span: span(text.as_bytes(), "\"a\"") }, "beside this one")
            .hint("remove it")
    };
    let report = report(vec![found("long.json", &long), found("very_long.json", &very_long)]);
    let sources = sources(&[("long.json", long.as_bytes()), ("very_long.json", very_long.as_bytes())]);
    insta::assert_snapshot!(render::full(&report, &sources, false));
}

#[test]
fn bytes_that_are_not_utf8_are_named_and_not_shown() {
    let text = b"{\n  \"a\": \"\xff\xfe\",\n  \"b\": 1\n}\n";
    let bad = diagnostic(
        "invalid-json",
        "m.json",
        Some(Span::new(10, 11)),
        "expected UTF-8, found the byte `0xFF`",
    );
    let beside = diagnostic("unknown-key", "m.json", span(text, "\"b\""), "unknown key `b`");
    let report = report(vec![bad, beside]);
    let sources = sources(&[("m.json", text)]);
    let all = [
        render::full(&report, &sources, false),
        render::concise(&report, &sources),
        render::github(&report, &sources),
    ];
    insta::assert_snapshot!(all.join("---\n"));
}

#[test]
fn empty_spans_ends_of_lines_and_ends_of_texts_have_a_place() {
    let text = b"one\ntwo\n";
    let at = |start, end, message| diagnostic("invalid-json", "m", Some(Span::new(start, end)), message);
    let report = report(vec![
        at(0, 0, "before the first"),
        at(3, 4, "the line feed"),
        at(2, 5, "across lines"),
        at(8, 8, "the end"),
        at(8, 20, "beyond the end"),
    ]);
    let sources = sources(&[("m", text)]);
    let all = [render::full(&report, &sources, false), render::concise(&report, &sources)];
    insta::assert_snapshot!(all.join("---\n"));
}
