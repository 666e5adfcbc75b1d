//! Hostile input: the engine answers, in time, whatever it is given.
//!
//! The limits of time are generous for an unoptimised build; what costs the square of its input exceeds them by far.

mod large;

use std::time::Duration;

use start_points::check::{CheckOptions, Manifest, ManifestContext, Tree, check_manifest};
use start_points::files::{FileEntry, Files};
use start_points::fix::Changes;
use start_points::json::Document;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report, render};
use start_points_testing::processor_time;

use crate::support::{alone, options};

/// Runs, and refuses to take longer than this many seconds of processor time.
fn within<T>(seconds: u64, what: &str, run: impl FnOnce() -> T) -> T {
    let (taken, answer) = processor_time(run);
    println!("{what}: {} ms", taken.as_millis());
    assert!(taken < Duration::from_secs(seconds), "{what}: {taken:?}");
    answer
}

/// Every format, and every fix: answers how long the outputs are together.
fn rendered(report: &Report, sources: &Sources) -> usize {
    let outputs = [
        render::full(report, sources, true),
        render::concise(report, sources),
        render::json(report, sources),
        render::sarif(report, sources),
        render::github(report, sources),
    ];
    for json in [&outputs[2], &outputs[3]] {
        let _: serde_json::Value = serde_json::from_str(json).expect("JSON");
    }
    outputs.iter().map(String::len).sum()
}

/// Checks, renders in every format, and applies all fixes once.
fn survives(mut tree: Tree, options: &CheckOptions) -> Report {
    let (report, sources) = crate::support::report(&tree, options);
    assert!(rendered(&report, &sources) > 0);
    crate::support::apply(&mut tree, &Changes::choose(report.diagnostics(), true));
    report
}

/// The dialects differ for languages alone.
fn every_way() -> [CheckOptions; 5] {
    [
        options(Kind::Languages, Dialect::Derived),
        options(Kind::Languages, Dialect::Pinned),
        options(Kind::Exercises, Dialect::Derived),
        options(Kind::Custom, Dialect::Derived),
        CheckOptions::default(),
    ]
}

#[test]
fn what_is_no_manifest_at_all_has_one_fault() {
    let texts: [&[u8]; 11] = [
        b"",
        b" ",
        b"\0",
        b"\0\0\0\0",
        b"\xff",
        b"\xff\xfe{\0}\0",
        b"{\"display_name\": \"\xc3",
        b"{\"display_name\": \"\xed\xa0\x80\"}",
        b"\"\\ud800\"",
        b"\xef\xbb\xbf",
        b"{\"display_name\"",
    ];
    for text in texts {
        for options in every_way() {
            let mut tree = alone("", &[]);
            tree.insert("manifest.json", FileEntry::Content(text.to_vec()));
            let report = survives(tree, &options);
            assert_eq!(report.diagnostics().len(), 1, "{text:?}");
            assert_eq!(report.diagnostics()[0].rule.id, "invalid-json");
        }
    }
}

/// What can be read of them is checked; of what is a guess nothing is said.
#[test]
fn an_object_that_is_not_json_has_its_other_faults_too() {
    for text in [
        "{\"display_name\": \"\\ud800\"}",
        "{\"display_name\": \"\\udc00\\ud800\"}",
        "{\"tab_size\": 4, \"a\u{1}b\": 1}",
    ] {
        for options in every_way() {
            let report = survives(alone(text, &[]), &options);
            let has = |rule| report.diagnostics().iter().any(|found| found.rule.id == rule);
            assert!(has("invalid-json") && has("missing-key"), "{text}");
        }
    }
}

/// Each odd place may be looked at again and again; all of them together must not cost the square.
#[test]
fn a_megabyte_of_faults_is_read_in_time() {
    let pieces = [
        ",",
        "'",
        "'a' ",
        "a:",
        "//\n",
        "/**/",
        "#\n",
        "\"a\" ",
        "\"a\"\n",
        "\n",
        " ",
        "}",
        "]",
        "{]",
        "[}",
        "=",
        "\"",
        "\\",
        "\"\\d\",",
        "<<<<<<< \n",
        "=======\n",
        "\"a\":[\"b\",",
        "a b,",
        "[1 2],",
        "-,",
        "\u{e9}",
        "\t\"",
        ":",
        "\"a\",\n\"b\":",
        "'\\',",
        "\"a: 1,\n",
    ];
    for piece in pieces {
        for open in ["{", "[", "{\"a\":[", "{\"a\":{"] {
            let text = open.to_owned() + &piece.repeat(((1 << 20) - 8) / piece.len());
            let errors = within(5, piece, || Document::recover(text.as_bytes()).errors.len());
            assert!((1..=20).contains(&errors), "{piece}");
        }
    }
}

#[test]
fn json_that_is_no_manifest_is_told_so() {
    for text in ["null", "0", "[]", "\"\"", "{}", "[[[]]]", "{\"\":{\"\":[]}}", "1e999", "-0", "\"\\u0000\""]
    {
        for options in every_way() {
            assert!(!survives(alone(text, &[]), &options).is_clean(), "{text}");
        }
    }
}

/// Every key with every odd value: each way through every rule.
#[test]
fn any_value_under_any_key_is_survived() {
    let odd = [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "1.0",
        "\"\"",
        "\"\\u0000\"",
        "\"..\"",
        "\"/\"",
        "\"é\\ud83d\\ude00\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[\"\",\"\"]",
        "[\"a\",\"a\"]",
        "{\"a\":1,\"a\":2}",
        "[\"(\",\"\\\\\"]",
        "[1,\"1\",{},[]]",
    ];
    let keys =
        start_points::keys::KEYS.iter().chain(&["visible_files", "url", "sha", "", "a/b~c", "\\u0000"]);
    for key in keys {
        let members: Vec<_> = odd.iter().map(|value| format!("{{\"{key}\":{value}}}")).collect();
        for manifest in members {
            for options in &every_way()[..4] {
                let (report, sources) = crate::support::report(&alone(&manifest, &["a"]), options);
                let lines = render::concise(&report, &sources).lines().count();
                assert_eq!(lines, report.diagnostics().len(), "{manifest}");
                assert!(!render::full(&report, &sources, false).is_empty(), "{manifest}");
            }
        }
    }
}

#[test]
fn hundred_megabytes_are_refused_at_once() {
    for byte in [b' ', b'[', b'"', b'{', 0, 0xff] {
        let bytes = vec![byte; 100 << 20];
        within(1, "100 MB", || {
            let manifest = Manifest::parse("m", &bytes);
            let found = check_manifest(
                &manifest,
                &Files::new(),
                &ManifestContext::new(Kind::Custom, Dialect::Derived),
            );
            assert_eq!(found.len(), 1);
        });
    }
}

#[test]
fn a_megabyte_of_one_byte_is_refused_in_every_format() {
    for byte in [b' ', b'[', b'"', b'{', b'\n', 0] {
        let mut tree = alone("", &[]);
        tree.insert("manifest.json", FileEntry::Content(vec![byte; 1 << 20]));
        let report = within(5, "1 MiB of one byte", || survives(tree, &CheckOptions::default()));
        assert_eq!(report.diagnostics().len(), 1);
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"\":", "}]")] {
        let text = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        assert!(Document::parse(text.as_bytes()).is_err());
        let report = survives(alone(&text, &[]), &CheckOptions::default());
        assert_eq!(report.diagnostics().len(), 1);
    }
}

#[test]
fn names_of_files_that_no_system_has_are_survived() {
    let mut tree = alone(r#"{"visible_filenames":["/","..","a/../..","./","a//b","\u0000"]}"#, &[]);
    for path in [
        "",
        "/",
        "//",
        "manifest.json/manifest.json",
        "/manifest.json",
        "a\0/manifest.json",
        "docker/docker/docker/Dockerfile",
    ] {
        tree.insert(path, FileEntry::Content(b"{\"visible_filenames\":[\"a\"]}".to_vec()));
    }
    for options in every_way() {
        survives(tree.clone(), &options);
    }
}
