//! As much as a text may hold of one thing: nothing costs the square of it.

use start_points::check::{CheckOptions, CheckOutput, Listed, Tree, check_catalogue, check_tree};
use start_points::diagnostic::Place;
use start_points::dockerfile::base_images;
use start_points::files::{FileEntry, Files};
use start_points::json::{Document, MAX_BYTES};
use start_points::resolve::{Resolved, mix, resolve};
use start_points::{Dialect, Kind};

use super::{rendered, survives, within};
use crate::support::{alone, options, tree};

fn joined(count: usize, entry: impl Fn(usize) -> String) -> String {
    (0..count).map(entry).collect::<Vec<_>>().join(",")
}

fn custom() -> CheckOptions {
    options(Kind::Custom, Dialect::Derived)
}

fn has(report: &start_points::Report, rule: &str) -> bool {
    report.diagnostics().iter().any(|found| found.rule.id == rule)
}

#[test]
fn an_array_of_duplicates() {
    let text = format!("{{\"hidden_filenames\":[{}]}}", joined(250_000, |_| "\"a\"".into()));
    assert!(text.len() <= MAX_BYTES);
    let report = within(15, "250,000 duplicates", || survives(alone(&text, &[]), &custom()));
    assert!(has(&report, "duplicate-entry") && has(&report, "too-many-faults"));
    assert!(report.diagnostics().len() < 1_100);
}

#[test]
fn an_object_of_unknown_keys() {
    let text = format!("{{{}}}", joined(90_000, |index| format!("\"k{index}\":0")));
    let report = within(15, "90,000 unknown keys", || survives(alone(&text, &[]), &custom()));
    assert!(has(&report, "unknown-key") && has(&report, "too-many-faults"));
}

#[test]
fn an_object_of_one_key_again_and_again() {
    let text = format!("{{{}}}", joined(90_000, |_| "\"tab_sizf\":0".into()));
    let report = within(15, "90,000 equal keys", || survives(alone(&text[..], &[]), &custom()));
    assert!(report.diagnostics().len() < 1_100);
}

#[test]
fn a_folder_of_unnamed_files() {
    let mut tree = Tree::new();
    tree.insert("x/manifest.json", FileEntry::Content(b"{\"visible_filenames\":[\"a\"]}".to_vec()));
    for index in 0..100_000 {
        tree.insert(format!("x/file_{index}.txt"), FileEntry::Size(1));
    }
    let report = within(15, "100,000 unnamed files", || survives(tree, &custom()));
    assert!(has(&report, "unnamed-file"));
}

/// Each missing file is told with the nearest there is: that must not compare all with all.
#[test]
fn many_missing_files_beside_many_others() {
    let text =
        format!("{{\"visible_filenames\":[{}]}}", joined(40_000, |index| format!("\"missing_{index}\"")));
    let mut tree = alone(&text, &[]);
    for index in 0..100_000 {
        tree.insert(format!("present_{index}.txt"), FileEntry::Size(1));
    }
    let report = within(15, "40,000 missing beside 100,000 present", || survives(tree, &custom()));
    assert!(has(&report, "missing-file"));
}

#[test]
fn many_unlisted_highlights() {
    let text = format!(
        "{{\"visible_filenames\":[{}],\"highlight_filenames\":[{}]}}",
        joined(30_000, |index| format!("\"visible_{index}\"")),
        joined(30_000, |index| format!("\"unlisted_{index}\""))
    );
    within(15, "30,000 unlisted highlights", || survives(alone(&text, &[]), &custom()));
}

#[test]
fn a_display_name_of_a_megabyte() {
    for piece in ["é", "\\n", "a ", "\\u0000"] {
        let name = piece.repeat((1 << 20) / piece.len() - 40);
        let text = format!("{{\"display_name\":\"{name}\"}}");
        within(15, "1 MiB of a display name", || survives(alone(&text, &[]), &custom()));
    }
}

/// One line of a megabyte with the most faults there can be, each with a place of its own.
#[test]
fn one_line_with_a_thousand_faults() {
    let long = "x".repeat(1_000);
    let text =
        format!("{{\"hidden_filenames\":[{}]}}", joined(1_000, |index| format!("\"({index}é{long}\"")));
    let report = within(15, "1,000 faults in one line", || survives(alone(&text, &[]), &custom()));
    assert!(report.diagnostics().len() >= 1_000);
}

#[test]
fn a_long_key_around_many_values() {
    let key = "k".repeat(400_000);
    let text = format!("{{\"{key}\":[{},\"\\u0000\"]}}", joined(250_000, |_| "0".into()));
    assert!(text.len() <= MAX_BYTES);
    within(15, "a long key around 250,000 values", || survives(alone(&text, &[]), &custom()));
    let text = format!("{{\"{key}\":[{}]}}", joined(10_000, |_| "{\"a\":0,\"a\":\"\\u0000\"}".into()));
    within(15, "a long key around 10,000 duplicates", || survives(alone(&text, &[]), &custom()));
}

#[test]
fn regular_expressions_of_a_megabyte() {
    for (piece, end) in [
        ("(", ""),
        ("[", ""),
        ("(?:", ")"),
        ("a|", ""),
        ("\\\\1", ""),
        ("a{1,9}", ""),
        ("(?<a>\\\\g<a>)", ""),
        ("(?<=a)", ""),
    ] {
        let count = ((1 << 20) - 60) / (piece.len() + end.len());
        let text = format!("{{\"hidden_filenames\":[\"{}{}\"]}}", piece.repeat(count), end.repeat(count));
        within(15, piece, || survives(alone(&text, &[]), &custom()));
    }
}

#[test]
fn a_dockerfile_of_a_megabyte() {
    for line in ["FROM a\n", "FROM a AS b\n", "FROM b\\\n", "ARG A=b\n", "RUN <<A <<B\n", "#\n"] {
        let text = line.repeat((1 << 20) / line.len());
        within(15, line, || base_images(text.as_bytes()));
    }
    let text = format!("ARG A={}\n{}", "a".repeat(4_000), "FROM $A\n".repeat(100_000));
    let tree = tree(&[("docker/Dockerfile", text.as_str())]);
    within(15, "100,000 long base images", || survives(tree, &CheckOptions::default()));
}

#[test]
fn a_mix_of_many_files() {
    let manifest = |name: &str| {
        let names = joined(50_000, |index| format!("\"{name}{index}\""));
        format!("{{\"display_name\":\"x\",\"visible_filenames\":[{names}]}}")
    };
    let (language, exercise, files) = (manifest("a"), manifest("b"), Files::new());
    let [language, exercise] = [&language, &exercise].map(|text| {
        let document = Document::parse(text.as_bytes()).expect("JSON");
        resolve(&document, &files, Kind::Exercises, Dialect::Derived, None, None, None).expect("resolves")
    });
    let count = |resolved: &Resolved<'_>| {
        resolved.node().get("visible_files").map_or(0, |files| files.members().len())
    };
    within(10, "50,000 files over 50,000 others", || {
        assert_eq!(count(&mix(&language, Some(&exercise))), 100_000);
    });
    within(10, "50,000 files over the same", || {
        assert_eq!(count(&mix(&language, Some(&language))), 50_000);
    });
}

#[test]
fn a_catalogue_of_equal_and_similar_names() {
    let listed: Vec<Listed> = (0..50_000)
        .map(|index| {
            let display_name =
                if index % 2 == 0 { "Same".to_owned() } else { format!("s{}ame", " ".repeat(index % 400)) };
            Listed { display_name, place: Place::file(format!("{index}/manifest.json")) }
        })
        .collect();
    within(10, "50,000 equal and similar names", || check_catalogue(&listed));
}

#[test]
fn a_tree_of_many_manifests() {
    let mut files = Tree::new();
    for index in 0..5_000 {
        let text = format!("{{\"display_name\":\"n{index}\",\"visible_filenames\":[\"a\"]}}");
        files.insert(format!("start-points/{index}/manifest.json"), FileEntry::Content(text.into_bytes()));
        files.insert(format!("start-points/{index}/a"), FileEntry::Content(b"x".to_vec()));
    }
    let CheckOutput { report, sources, .. } =
        within(15, "5,000 manifests", || check_tree(&files, &CheckOptions::default()));
    assert_eq!(report.summary().manifests, 5_000);
    within(15, "5,000 manifests in every format", || rendered(&report, &sources));
}
