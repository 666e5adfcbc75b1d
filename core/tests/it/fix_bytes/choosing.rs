//! Which fixes are made together: whole or not at all, and never two that touch.

use std::sync::Arc;

use proptest::prelude::*;
use start_points::Span;
use start_points::diagnostic::{Diagnostic, Edit, Fix, Place};
use start_points::fix::Changes;
use start_points::json::Document;

fn edit(path: &str, start: usize, end: usize, text: &str) -> Edit {
    Edit { path: Arc::from(path), span: Span::new(start, end), text: text.to_owned() }
}

fn with_fixes(fixes: Vec<Fix>) -> Diagnostic {
    let rule = start_points::rule("invalid-json").expect("a rule");
    fixes.into_iter().fold(Diagnostic::new(rule, Place::file("m"), "x"), Diagnostic::fix)
}

fn with_fix(edits: Vec<Edit>) -> Diagnostic {
    with_fixes(vec![Fix { title: "mend".to_owned(), safe: true, edits }])
}

fn chosen(diagnostics: &[Diagnostic], old: &str) -> (usize, String) {
    let changes = Changes::choose(diagnostics, false);
    let new = changes.apply("m", old.as_bytes());
    (changes.fixes(), String::from_utf8(new).expect("UTF-8"))
}

#[test]
fn the_first_safe_fix_of_each_diagnostic_is_taken() {
    let fix = |safe, text: &str| Fix { title: "mend".into(), safe, edits: vec![edit("m", 0, 1, text)] };
    let both = with_fixes(vec![fix(false, "U"), fix(true, "S"), fix(true, "T")]);
    assert_eq!(chosen(std::slice::from_ref(&both), "abc"), (1, "Sbc".to_owned()));
    assert_eq!(Changes::choose([&both], true).apply("m", b"abc"), b"Ubc");
    assert_eq!(chosen(&[with_fixes(vec![fix(false, "U")])], "abc"), (0, "abc".to_owned()));
}

#[test]
fn overlapping_fixes_are_postponed_and_not_mangled() {
    let first = with_fix(vec![edit("m", 1, 3, "X")]);
    for (start, end, taken) in [
        (0, 1, true),
        (0, 2, false),
        (1, 3, false),
        (2, 2, false),
        (2, 4, false),
        (3, 4, true),
        (3, 3, false),
    ] {
        let (fixes, _) = chosen(&[first.clone(), with_fix(vec![edit("m", start, end, "Y")])], "abcde");
        assert_eq!(fixes == 2, taken, "{start}..{end}");
    }
}

/// Two insertions at one place have no order that is right.
#[test]
fn two_insertions_at_one_place_are_made_one_after_the_other() {
    let twice = [with_fix(vec![edit("m", 1, 1, "X")]), with_fix(vec![edit("m", 1, 1, "Y")])];
    assert_eq!(chosen(&twice, "ab"), (1, "aXb".to_owned()));
}

/// `{` + a new first member + the removal of the only member would leave a comma before `}`.
#[test]
fn an_insertion_beside_a_removal_waits() {
    let text = r#"{"a":1}"#;
    let insertion = with_fix(vec![edit("m", 1, 1, r#""b":2,"#)]);
    let removal = with_fix(vec![edit("m", 1, 6, "")]);
    assert_eq!(chosen(&[insertion.clone(), removal.clone()], text), (1, r#"{"b":2,"a":1}"#.to_owned()));
    assert_eq!(chosen(&[removal, insertion], text), (1, "{}".to_owned()));
}

#[test]
fn a_fix_of_several_files_is_taken_whole_or_not_at_all() {
    let both = with_fix(vec![edit("m", 0, 1, "X"), edit("new", 0, 0, "N")]);
    let clash = with_fix(vec![edit("m", 0, 2, "Y")]);
    let changes = Changes::choose([&clash, &both], false);
    assert_eq!(changes.paths().map(|path| &**path).collect::<Vec<_>>(), ["m"]);
    assert_eq!(changes.fixes(), 1);
    let changes = Changes::choose([&both, &clash], false);
    assert_eq!(changes.paths().map(|path| &**path).collect::<Vec<_>>(), ["m", "new"]);
    assert_eq!(changes.apply("new", b""), b"N");
    assert_eq!(changes.apply("m", b"abc"), b"Xbc");
    assert_eq!(changes.apply("other", b"abc"), b"abc");
}

/// The caller may read a file again, and find it shorter than it was.
#[test]
fn a_text_that_became_shorter_keeps_what_is_left_of_it() {
    let changes = Changes::choose([&with_fix(vec![edit("m", 5, 7, "X")])], false);
    assert_eq!(changes.apply("m", b"abcdefgh"), b"abcdeXh");
    assert_eq!(changes.apply("m", b"abcdef"), b"abcdeX");
    assert_eq!(changes.apply("m", b"abc"), b"abcX");
    assert_eq!(changes.apply("m", b""), b"X");
}

/// Entries as written, with white space around each comma.
fn array() -> impl Strategy<Value = (String, Vec<usize>)> {
    let space = || "[ \n\t]{0,2}";
    let entries = proptest::collection::vec((space(), space()), 1..8);
    (space(), entries).prop_flat_map(|(lead, entries)| {
        let count = entries.len();
        let mut text = format!("[{lead}");
        for (index, (before, after)) in entries.iter().enumerate() {
            let comma = if index == 0 { String::new() } else { format!("{before},{after}") };
            text.push_str(&format!("{comma}{index}"));
        }
        text.push_str(" ]");
        let indices: Vec<usize> = (0..count).collect();
        (Just(text), proptest::sample::subsequence(indices, 0..=count).prop_shuffle())
    })
}

fn numbers(text: &str) -> Vec<usize> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// The removals of single entries do not compose where the first is among them; choosing must see to it.
    #[test]
    fn removals_from_one_array_leave_json_whichever_they_are((text, doomed) in array()) {
        let (mut text, original) = (text.clone(), numbers(&text));
        let kept: Vec<usize> = original.iter().copied().filter(|number| !doomed.contains(number)).collect();
        for round in 0.. {
            prop_assert!(round < 10, "{text}");
            let document = Document::parse(text.as_bytes()).expect("JSON");
            let array = document.root();
            let present = numbers(&text);
            let removals = doomed.iter().filter_map(|number| {
                let index = present.iter().position(|other| other == number)?;
                let span = document.member_removal(array, index)?;
                Some(with_fix(vec![edit("m", span.start, span.end, "")]))
            });
            let removals: Vec<_> = removals.collect();
            if removals.is_empty() {
                break;
            }
            let (fixes, new) = chosen(&removals, &text);
            prop_assert!(fixes > 0);
            prop_assert_eq!(numbers(&new).len(), present.len() - fixes);
            text = new;
        }
        prop_assert_eq!(numbers(&text), kept);
    }

    /// Against a model that cuts the text into bytes: what is no edit's stays, in order.
    #[test]
    fn only_the_bytes_of_edits_change(
        text in "[a-z]{0,12}",
        spans in proptest::collection::vec((0usize..12, 0usize..4, "[A-Z]{0,2}"), 0..6),
    ) {
        let clamp = |at: usize| at.min(text.len());
        let edits: Vec<Edit> = spans
            .iter()
            .map(|(start, length, new)| edit("m", clamp(*start), clamp(start + length), new))
            .collect();
        let fixes: Vec<Diagnostic> = edits.iter().map(|edit| with_fix(vec![edit.clone()])).collect();
        let (count, new) = chosen(&fixes, &text);
        let mut taken: Vec<&Edit> = Vec::new();
        for edit in &edits {
            let (start, end) = (edit.span.start, edit.span.end);
            let apart = |other: &&Edit| {
                let inserts = start == end || other.span.start == other.span.end;
                let gap = usize::from(inserts);
                end + gap <= other.span.start || other.span.end + gap <= start
            };
            if taken.iter().all(apart) {
                taken.push(edit);
            }
        }
        prop_assert_eq!(count, taken.len());
        taken.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        let mut expected = text;
        for edit in taken {
            expected.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        prop_assert_eq!(new, expected);
    }
}
