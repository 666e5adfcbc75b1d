//! Keys that come twice.

use super::super::Document;
use super::parse;

fn found(document: &Document<'_>) -> Vec<(String, String, usize, usize)> {
    let keys = document.duplicate_keys().iter();
    keys.map(|d| (d.pointer.to_string(), d.key.to_string(), d.first.start, d.again.start)).collect()
}

#[test]
fn at_any_depth_and_every_one() {
    let document = parse(r#"{"a":1,"a":2,"b/c":[{},{"x":1,"x":{"k":0,"k":0},"x":3}],"a":4}"#);
    let expected = [("", "a", 1, 7), ("/b~1c/1", "x", 24, 30), ("/b~1c/1/x", "k", 35, 41)];
    let mut expected: Vec<_> =
        expected.map(|(pointer, key, first, again)| (pointer.into(), key.into(), first, again)).into();
    expected.push(("/b~1c/1".into(), "x".into(), 24, 48));
    expected.push((String::new(), "a".into(), 1, 56));
    assert_eq!(found(&document), expected);
}

#[test]
fn keys_are_compared_decoded() {
    let document = parse(r#"{"A": 1, "\u0041": 2, "a": 3}"#);
    assert_eq!(found(&document), [(String::new(), "A".into(), 1, 9)]);
    let key = document.duplicate_keys()[0].again;
    assert_eq!(document.slice(key), r#""\u0041""#);
}

#[test]
fn none_where_keys_differ_or_stand_in_different_objects() {
    assert!(parse(r#"{"a": {"a": [{"a": 1}, {"a": 2}]}, "b": {"a": 1}, "": 0}"#).duplicate_keys().is_empty());
}

#[test]
fn a_hundred_thousand_keys_are_no_trouble() {
    let members: Vec<_> = (0..100_000).map(|n| format!("\"{n:x}\":1")).collect();
    let distinct = format!("{{{}}}", members.join(","));
    let document = parse(&distinct);
    assert!(document.duplicate_keys().is_empty());
    let same = format!("{{{}}}", vec!["\"ab\":1"; 100_000].join(","));
    assert_eq!(parse(&same).duplicate_keys().len(), 99_999);
}

#[test]
fn long_pointers_stay_within_their_budget() {
    let inner = vec![r#"{"a":0,"a":0}"#; 30_000].join(",");
    let text = format!("{{\"{}\":[{inner}]}}", "k".repeat(500_000));
    let count = parse(&text).duplicate_keys().len();
    assert!((1..30).contains(&count), "{count}");
}
