//! Formats that are lines: nothing in a report breaks out of its line.

use start_points::render;
use start_points::{Report, Span};

use super::{diagnostic, mixed, report, sources};
use crate::support;

fn one(path: &str, span: Option<Span>, message: &str) -> Report {
    report(vec![diagnostic("missing-file", path, span, message)])
}

#[test]
fn github_properties_and_data_are_escaped() {
    let text = b"one\ntwo\n";
    let path = "a,b:c%\r\n.json";
    let report = one(path, Some(Span::new(0, 3)), "50%: a, b::c\r\nd");
    assert_eq!(
        render::github(&report, &sources(&[(path, text)])),
        "::error title=missing-file,file=a%2Cb%3Ac%25%0D%0A.json,line=1,endLine=1,col=1,endColumn=4::50%25: a, b::c%0D%0Ad\n"
    );
}

#[test]
fn github_gets_no_columns_where_the_lines_differ_and_no_line_for_a_whole_file() {
    let text = b"one\ntwo\n";
    let across = render::github(&one("m", Some(Span::new(0, 5)), "x"), &sources(&[("m", text)]));
    assert_eq!(across, "::error title=missing-file,file=m,line=1,endLine=2::x\n");
    assert_eq!(render::github(&one("m", None, "x"), &sources(&[])), "::error title=missing-file,file=m::x\n");
    let unknown = render::github(&one("m", Some(Span::new(0, 5)), "x"), &sources(&[]));
    assert_eq!(unknown, "::error title=missing-file,file=m::x\n", "a text that is not at hand has no lines");
}

#[test]
fn github_shows_the_hint_below_the_message() {
    let hinted = report(vec![diagnostic("missing-file", "m", None, "x").hint("50% more")]);
    assert_eq!(
        render::github(&hinted, &sources(&[])),
        "::error title=missing-file,file=m::x%0Ahint: 50%25 more\n"
    );
}

#[test]
fn concise_is_one_line_a_diagnostic_in_the_order_of_the_report() {
    let (report, sources) = mixed();
    assert_eq!(
        render::concise(&report, &sources),
        ".: no-manifest: no manifest.json in the repository\n\
         docker/Dockerfile:1:6: floating-base-image: FROM `gcc` floats\n\
         start_point/manifest.json:2:19: control-character: odd name\n\
         start_point/manifest.json:3:3: unknown-key: unknown key `tabsize`\n\
         start_point/manifest.json:3:17: duplicate-key: duplicate key `tabsize`\n"
    );
}

#[test]
fn control_characters_of_a_path_do_not_reach_the_terminal() {
    let path = "a\nb\u{1b}[31m/manifest.json";
    let text = b"x";
    let report = one(path, Some(Span::new(0, 1)), "x");
    let sources = sources(&[(path, text)]);
    for shown in [render::concise(&report, &sources), render::full(&report, &sources, false)] {
        assert!(shown.contains("a\\nb\\u{1b}[31m/manifest.json"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}

/// Texts of a manifest stand in messages, hints and titles: none may add a line, or colour the terminal.
#[test]
fn hostile_texts_of_a_manifest_stay_on_their_lines() {
    let odd = "\\n\\u001b[31m\\r::error::x\\u2028\\u202e\\u0085";
    let manifest = format!(
        "{{\"display_name\":\"{odd}\",\"visible_filenames\":[\"{odd}\",\"{odd}\",\"/{odd}\",\"./{odd}\"],\"{odd}\":1,\"{odd}\":2,\
         \"filename_extension\":[\"{odd}\"],\"image_name\":\"{odd}\",\"hidden_filenames\":[\"({odd}\"],\
         \"highlight_filenames\":[\"h{odd}\"],\"progress_regexs\":[\"/{odd}/\",\"[{odd}\"],\"rag_lambda\":\"{odd}\",\"tab_size\":\"{odd}\"}}"
    );
    for kind in start_points::Kind::ALL {
        for dialect in start_points::Dialect::ALL {
            let tree = support::alone(&manifest, &[]);
            let (report, sources) = support::report(&tree, &support::options(kind, dialect));
            assert!(report.diagnostics().len() > 5);
            let concise = render::concise(&report, &sources);
            assert_eq!(concise.lines().count(), report.diagnostics().len(), "{concise}");
            assert!(concise.chars().all(|c| c == '\n' || !c.is_control()), "{concise:?}");
            let github = render::github(&report, &sources);
            assert_eq!(github.split('\n').count(), report.diagnostics().len() + 1, "{github}");
            for found in report.diagnostics() {
                let texts = [Some(&found.message), found.hint.as_ref()].into_iter().flatten();
                let titles = found.fixes.iter().map(|fix| &fix.title);
                let related = found.related.iter().map(|related| &related.message);
                for text in texts.chain(titles).chain(related) {
                    assert!(
                        !text.chars().any(|c| c.is_control() || c == '\u{202e}'),
                        "{}: {text:?}",
                        found.rule.id
                    );
                }
            }
            let full = render::full(&report, &sources, false);
            assert!(!full.contains(['\u{1b}', '\r', '\u{202e}', '\u{85}']), "{full}");
        }
    }
}

#[test]
fn github_and_sarif_write_each_path_from_the_top() {
    let (report, sources) = mixed();
    let from_top = |path: &str| format!("top/{path}");
    let github = render::github_from(&report, &sources, &from_top);
    assert_eq!(github.matches(",file=top/").count(), report.diagnostics().len(), "{github}");
    let sarif = render::sarif_from(&report, &sources, &from_top);
    assert_eq!(sarif.matches("\"uri\": \"").count(), sarif.matches("\"uri\": \"top/").count(), "{sarif}");
}

#[test]
fn only_a_linked_report_has_links_and_each_rule_one() {
    let (report, sources) = mixed();
    let link = "\u{1b}]8;;";
    for unlinked in [render::full(&report, &sources, false), render::full(&report, &sources, true)] {
        assert!(!unlinked.contains(link), "{unlinked}");
    }
    let linked = render::full_linked(&report, &sources);
    for found in report.diagnostics() {
        let url = format!(
            "{link}https://github.com/cyber-dojo/start-points/blob/main/docs/rules/{}.md",
            found.rule.id
        );
        assert!(linked.contains(&url), "{linked}");
    }
    assert_eq!(linked.matches(link).count(), 2 * report.diagnostics().len(), "each link ends");
}

#[test]
fn the_summary_calls_clean_only_what_was_checked() {
    let summary = |manifests, errors, warnings| {
        render::summary(start_points::report::Summary { manifests, errors, warnings })
    };
    assert_eq!(summary(0, 0, 0), "no manifest was checked");
    assert_eq!(summary(0, 1, 0), "0 manifests: 1 error");
    assert_eq!(summary(0, 0, 2), "0 manifests: no errors, 2 warnings");
    assert_eq!(summary(1, 0, 0), "1 manifest: clean");
    assert_eq!(summary(2, 1, 1), "2 manifests: 1 error, 1 warning");
}
