//! Spans, pointers, and ranges inside strings.

use super::super::{Pointer, PointerError, PointerPart as Part};
use super::parse;

#[test]
fn spans_hold_quotes_and_brackets_but_no_white_space() {
    let document = parse(" { \"a\" : [ 1 , \"é\" ] , \"b\":null } ");
    let member = &document.root().members()[0];
    assert_eq!(document.slice(document.root().span), document.text().trim());
    assert_eq!(document.slice(member.key_span), "\"a\"");
    assert_eq!(document.slice(member.node.span), "[ 1 , \"é\" ]");
    assert_eq!(document.slice(member.span()), "\"a\" : [ 1 , \"é\" ]");
    assert_eq!(document.slice(member.node.as_array().unwrap()[1].span), "\"é\"");
}

#[test]
fn a_pointer_is_located_by_key_or_value() {
    let document = parse(r#"{"a": {"b": [10, {"c": 2}]}, "d": 3, "d": 44}"#);
    let at = |pointer: &str, part| document.slice(document.locate(&pointer.parse().unwrap(), part));
    assert_eq!(at("/a/b", Part::Key), "\"b\"");
    assert_eq!(at("/a/b", Part::Value), r#"[10, {"c": 2}]"#);
    assert_eq!((at("/d", Part::Value), at("/a/b/0", Part::Value)), ("44", "10"));
    assert_eq!((at("/a/b/0", Part::Key), at("/a/b/1", Part::Key), at("", Part::Key)), ("10", "{", "{"));
    assert_eq!(at("", Part::Value), document.text());
}

#[test]
fn a_pointer_to_nothing_is_located_at_the_innermost_key_there_is() {
    let document = parse(r#"{"a": {"b": [10, {"c": 2}]}}"#);
    let at = |pointer: &str| document.locate(&pointer.parse().unwrap(), Part::Value);
    assert_eq!((at("/missing").start, at("/missing").end), (0, 1));
    assert_eq!(document.slice(at("/a/missing/more")), "\"a\"");
    assert_eq!(document.slice(at("/a/b/2")), "\"b\"");
    assert_eq!(document.slice(at("/a/b/01")), "\"b\"");
    assert_eq!(at("/a/b/1/x").start, 17);
    assert_eq!(document.slice(at("/a/b/0/x")), "10");
}

#[test]
fn pointers_are_built_and_shown_escaped() {
    let mut pointer = Pointer::root().key("a/b~c").index(7).key("");
    assert_eq!(pointer.to_string(), "/a~1b~0c/7/");
    assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b~c", "7", ""]);
    assert_eq!(pointer, pointer.as_str().parse().unwrap());
    assert_eq!(pointer.parent().unwrap().as_str(), "/a~1b~0c/7");
    pointer.pop();
    assert_eq!(pointer.last().as_deref(), Some("7"));
    assert_eq!("/~01".parse::<Pointer>().unwrap().last().as_deref(), Some("~1"));
    assert!(Pointer::root().is_root() && Pointer::root().parent().is_none());
}

#[test]
fn texts_that_are_no_pointer() {
    assert_eq!(Pointer::parse("a"), Err(PointerError::NoSlash));
    assert_eq!(Pointer::parse("/a~"), Err(PointerError::BadEscape));
    assert_eq!(Pointer::parse("/~2"), Err(PointerError::BadEscape));
}

#[test]
fn pointers_sort_as_a_reader_would() {
    let sorted =
        ["", "/a", "/a/2", "/a/10", "/a/b", "/a-b", "/b"].map(|text| text.parse::<Pointer>().unwrap());
    assert!(sorted.is_sorted());
}

#[test]
fn a_range_of_a_decoded_string_finds_its_bytes() {
    let document = parse(r#"["^\\s+\u00e9(\ud83d\ude00)€"]"#);
    let string = &document.root().as_array().unwrap()[0];
    let text = string.as_str().unwrap();
    let part = |range| document.slice(document.span_in_string(string.span, range));
    let of = |needle: &str| text.find(needle).map(|start| start..start + needle.len()).unwrap();
    assert_eq!(part(of("\\s+")), r"\\s+");
    assert_eq!(part(of("é")), r"\u00e9");
    assert_eq!(part(of("(😀)")), r"(\ud83d\ude00)");
    assert_eq!(part(of("€")), "€");
    assert_eq!(part(0..text.len()), r"^\\s+\u00e9(\ud83d\ude00)€");
    assert_eq!(part(of("€").start + 1..of("€").start + 2), "€");
    assert_eq!(part(3..1000), r"+\u00e9(\ud83d\ude00)€");
}

#[test]
fn an_empty_range_finds_an_empty_place() {
    let document = parse(r#"["a\nb", ""]"#);
    let [string, empty] = document.root().as_array().unwrap() else { panic!() };
    let at = |decoded| {
        let span = document.span_in_string(string.span, decoded..decoded);
        assert_eq!(span.start, span.end);
        span.start
    };
    assert_eq!([at(0), at(1), at(2), at(3), at(99)], [2, 3, 5, 6, 6]);
    assert_eq!(document.span_in_string(empty.span, 0..0).start, 10);
    assert_eq!(document.span_in_string(empty.span, 0..5).start, 10);
}
