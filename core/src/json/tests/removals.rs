//! Removing entries with their comma.

use super::super::Pointer;
use super::parse;

fn without(text: &str, container: &str, indices: &[usize]) -> String {
    let document = parse(text);
    let container = document.find(&Pointer::parse(container).unwrap()).unwrap();
    let mut edited = text.to_owned();
    for span in document.removals(container, indices).iter().rev() {
        edited.replace_range(span.start..span.end, "");
    }
    edited
}

const LINES: &str = "{\n  \"a\": [\n    \"x\",\n    \"y\",\n    \"z\"\n  ],\n  \"b\": 1,\n  \"c\": 2\n}\n";

#[test]
fn from_one_line() {
    let text = "[ 1, 2 , 3 ]";
    assert_eq!(without(text, "", &[0]), "[ 2 , 3 ]");
    assert_eq!(without(text, "", &[1]), "[ 1 , 3 ]");
    assert_eq!(without(text, "", &[2]), "[ 1, 2 ]");
    assert_eq!(without("[ 1 ]", "", &[0]), "[]");
    assert_eq!(without("{\"a\": 1, \"b\": 2}", "", &[0]), "{\"b\": 2}");
}

#[test]
fn from_several_lines() {
    assert_eq!(without(LINES, "/a", &[0]), LINES.replace("    \"x\",\n", ""));
    assert_eq!(without(LINES, "/a", &[1]), LINES.replace("    \"y\",\n", ""));
    assert_eq!(without(LINES, "/a", &[2]), LINES.replace(",\n    \"z\"", ""));
    assert_eq!(without(LINES, "", &[1]), LINES.replace("  \"b\": 1,\n", ""));
    assert_eq!(without(LINES, "", &[2]), LINES.replace(",\n  \"c\": 2", ""));
    assert_eq!(without("[\n  1\n]", "", &[0]), "[]");
}

#[test]
fn several_at_once() {
    assert_eq!(without(LINES, "/a", &[0, 1]), LINES.replace("    \"x\",\n    \"y\",\n", ""));
    assert_eq!(without(LINES, "/a", &[2, 1, 1]), LINES.replace(",\n    \"y\",\n    \"z\"", ""));
    assert_eq!(without(LINES, "/a", &[0, 2]), LINES.replace("    \"x\",\n", "").replace(",\n    \"z\"", ""));
    assert_eq!(without("[1, 2, 3]", "", &[0, 1, 2]), "[]");
}

#[test]
fn what_is_not_there_is_passed_over() {
    assert_eq!(without("[1, 2]", "", &[2, 9]), "[1, 2]");
    assert_eq!(without("[1, 2]", "/0", &[0]), "[1, 2]");
    let document = parse("[]");
    assert_eq!(document.member_removal(document.root(), 0), None);
}
