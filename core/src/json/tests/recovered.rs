//! What is found in a text that does not parse, and what is read of it.

use super::super::Document;

/// Text, its faults as what is underlined, the text after their fixes (each alone in its place), the tree.
const CASES: &[(&str, &[&str], &str, &str)] = &[
    (r#"{"a": [1, 2,], "b": 3,}"#, &[",", ","], r#"{"a": [1, 2], "b": 3}"#, r#"{"a":[1,2],"b":3}"#),
    (r#"{"a": [1,, 2],, "b": 3}"#, &[",", ","], r#"{"a": [1, 2], "b": 3}"#, r#"{"a":[1,2],"b":3}"#),
    ("{\"a\": 1\n \"b\": [1 2]}", &["\"", "2"], "{\"a\": 1,\n \"b\": [1, 2]}", r#"{"a":1,"b":[1,2]}"#),
    (
        "{ // one\n \"a\": /* two */ 1 # three\n}",
        &["// one", "/* two */", "# three"],
        "{\n \"a\":  1\n}",
        r#"{"a":1}"#,
    ),
    (r#"{'a': 'b"c', d: 1}"#, &["'", "'", "d"], r#"{"a": "b\"c", "d": 1}"#, r#"{"a":"b\"c","d":1}"#),
    ("{\"a\": [1, 2\n, \"b\": 3}", &[":"], "{\"a\": [1, 2\n, \"b\": 3}", r#"{"a":[1,2],"b":3}"#),
    ("{\"a\": [1, 2\n}", &["}"], "{\"a\": [1, 2\n}", r#"{"a":[1,2]}"#),
    ("{\"a\": [1", &["["], "{\"a\": [1", r#"{"a":[1]}"#),
    (
        "{\n<<<<<<< a\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> b\n}",
        &["<", "=======", ">>>>>>>"],
        "{\n<<<<<<< a\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> b\n}",
        r#"{"a":1,"a":2}"#,
    ),
    (
        "{\"a\": \"b\tc\", \"d\": NaN}",
        &["\t", "NaN"],
        "{\"a\": \"b\\tc\", \"d\": NaN}",
        r#"{"a":"b\tc","d":null}"#,
    ),
];

#[test]
fn every_fault_is_found_and_the_rest_is_read() {
    for (text, underlined, fixed, tree) in CASES {
        let recovered = Document::recover(text.as_bytes());
        let found: Vec<_> =
            recovered.errors.iter().map(|error| &text[error.span.start..error.span.end]).collect();
        assert_eq!(found, *underlined, "{text}");
        assert_eq!(recovered.document.as_ref().unwrap().root().to_string(), *tree, "{text}");
        let mut edited = (*text).to_owned();
        for (span, new) in recovered.errors.iter().rev().filter_map(|error| error.fix()) {
            edited.replace_range(span.start..span.end, new);
        }
        assert_eq!(edited, *fixed, "{text}");
    }
}

#[test]
fn an_apostrophe_in_single_quotes_has_no_fix() {
    assert_eq!(Document::recover(b"{\"a\": 'it's', \"b\": 1}").errors[0].fix(), None);
}

#[test]
fn what_may_be_lost_is_said() {
    for (text, is_partial) in
        [("{\"a\": 1,}", false), ("{'a': 1}", false), ("{\"a\": 1", true), ("{\"a\": 1 x y}", true)]
    {
        assert_eq!(Document::recover(text.as_bytes()).is_partial, is_partial, "{text}");
    }
}
