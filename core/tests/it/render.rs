//! Output formats: each is what its readers take, whatever the report holds.

mod lines;
mod schemas;
mod snapshots;

use start_points::diagnostic::{Diagnostic, Edit, Fix, Place};
use start_points::json::Pointer;
use start_points::rule::{Rule, Severity};
use start_points::sources::Sources;
use start_points::{Report, Span};

/// A diagnostic with words of the test's own, so that no rule's wording matters here.
fn diagnostic(rule: &str, path: &str, span: Option<Span>, message: &str) -> Diagnostic {
    let rule = start_points::rule(rule).expect("a rule");
    let mut found = Diagnostic::new(rule, Place { path: path.into(), span }, "");
    found.message = message.to_owned();
    found
}

fn report(diagnostics: Vec<Diagnostic>) -> Report {
    Report::new(diagnostics, 1)
}

fn sources(texts: &[(&str, &[u8])]) -> Sources {
    let mut sources = Sources::new();
    for (path, text) in texts {
        sources.insert(*path, text.to_vec());
    }
    sources
}

/// The span of the first `needle` in `text`.
fn span(text: &[u8], needle: &str) -> Option<Span> {
    let at = text.windows(needle.len()).position(|window| window == needle.as_bytes()).expect("it is there");
    Some(Span::new(at, at + needle.len()))
}

/// A report of every severity, with related places here and elsewhere, fixes, data, hints, and without them.
fn mixed() -> (Report, Sources) {
    let manifest = "{\n\t\"display_name\": \"日本 é\",\n  \"tabsize\": 4, \"tabsize\": 5\n}\n".as_bytes();
    let dockerfile = b"FROM gcc\r\nRUN x\r\n";
    let place = |needle| Place { path: "start_point/manifest.json".into(), span: span(manifest, needle) };
    let unknown = diagnostic(
        "unknown-key",
        "start_point/manifest.json",
        span(manifest, "\"tabsize\""),
        "unknown key `tabsize`",
    )
    .pointer(Pointer::root().key("tabsize"))
    .hint("did you mean `tab_size`?")
    .data("key", "tabsize")
    .data("nearest", "tab_size")
    .fix(Fix {
        title: "rename it to `tab_size`".into(),
        safe: false,
        edits: vec![Edit {
            path: "start_point/manifest.json".into(),
            span: span(manifest, "\"tabsize\"").expect("a span"),
            text: "\"tab_size\"".into(),
        }],
    });
    let again = Span::new(manifest.len() - 15, manifest.len() - 6);
    let twice =
        diagnostic("duplicate-key", "start_point/manifest.json", Some(again), "duplicate key `tabsize`")
            .related(place("\"tabsize\""), "first here")
            .related(Place::file("0/start_point/manifest.json"), "a file as a whole")
            .related(
                Place::new("docker/Dockerfile", span(dockerfile, "gcc").expect("a span")),
                "in another file",
            );
    let mut info =
        diagnostic("floating-base-image", "docker/Dockerfile", span(dockerfile, "gcc"), "FROM `gcc` floats");
    info.severity = Severity::Info;
    let warning =
        diagnostic("control-character", "start_point/manifest.json", span(manifest, "日本 é"), "odd name")
            .pointer(Pointer::root().key("display_name"));
    let whole = diagnostic("no-manifest", ".", None, "no manifest.json in the repository");
    let report = report(vec![unknown, twice, info, warning, whole]);
    (report, sources(&[("start_point/manifest.json", manifest), ("docker/Dockerfile", dockerfile)]))
}

#[test]
fn reports_of_several_repositories_stay_in_their_order() {
    let of = |path: &str| report(vec![diagnostic("no-manifest", path, None, "none")]);
    let joined = Report::joined([of("z"), of("a"), Report::new(Vec::new(), 3)]);
    let paths: Vec<&str> = joined.diagnostics().iter().map(|found| &*found.place.path).collect();
    assert_eq!(paths, ["z", "a"]);
    assert_eq!((joined.summary().manifests, joined.summary().errors, joined.is_clean()), (5, 2, false));
}

#[test]
fn sarif_describes_the_rules_of_others_too() {
    static RULE: Rule =
        Rule { id: "of-another", summary: "x", severity: Severity::Error, since: "0.1.0", doc: "" };
    let found = Diagnostic::new(&RULE, Place::file("a"), "x");
    let text = start_points::render::sarif(&report(vec![found]), &Sources::new());
    let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    let index = run["results"][0]["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok());
    assert_eq!(run["tool"]["driver"]["rules"][index.expect("an index")]["id"], "of-another");
}
