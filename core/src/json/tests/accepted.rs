//! What parses, and into what.

use serde_json::json;

use super::super::{Document, MAX_BYTES, MAX_DEPTH, Value};
use super::parse;

#[test]
fn every_type_of_value() {
    let text = "\r\n\t {\"a\" : [ null , true,false, -1.5e+3 ], \"b\": {}, \"c\": [], \"d\": \"é\"} \n";
    let value = json!({"a": [null, true, false, -1500.0], "b": {}, "c": [], "d": "é"});
    assert_eq!(parse(text).root().to_value(), value);
}

#[test]
fn any_type_at_the_top() {
    for text in ["1", "\"x\"", "null", "true", "[]", "{}", " 0 "] {
        assert_eq!(parse(text).root().to_value(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    }
}

#[test]
fn strings_borrow_unless_they_hold_an_escape() {
    let document = parse(r#"["plain é", "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000z"]"#);
    let [plain, escaped] = document.root().as_array().unwrap() else { panic!() };
    assert!(matches!(&plain.value, Value::String(std::borrow::Cow::Borrowed("plain é"))));
    assert_eq!(escaped.as_str(), Some("a\"\\/\u{8}\u{c}\n\r\té😀\0z"));
}

#[test]
fn accessors_answer_only_for_their_type() {
    let document = parse(r#"{"s": "x", "n": 4, "f": 4.0, "e": 1e2, "b": true, "a": [1], "z": null}"#);
    let root = document.root();
    let names: Vec<_> = root.members().iter().map(|member| member.node.type_name()).collect();
    assert_eq!(names, ["string", "number", "number", "number", "boolean", "array", "null"]);
    let at = |key: &str| root.get(key).unwrap();
    assert_eq!((at("n").is_integer(), at("n").as_i64()), (true, Some(4)));
    assert_eq!((at("f").is_integer(), at("f").as_i64()), (false, None));
    assert!(!at("e").is_integer() && !at("s").is_integer());
    assert_eq!((at("s").as_str(), at("n").as_str()), (Some("x"), None));
    assert_eq!((at("b").as_bool(), at("z").is_null()), (Some(true), true));
    assert!(at("a").as_array().is_some() && at("a").as_object().is_none() && at("a").members().is_empty());
    assert!(root.get("missing").is_none() && root.type_name() == "object");
}

#[test]
fn of_duplicate_keys_the_last_wins() {
    let document = parse(r#"{"a": 1, "b": 2, "a": 3}"#);
    assert_eq!(document.root().to_value(), json!({"a": 3, "b": 2}));
    assert_eq!(document.root().get("a").and_then(|node| node.as_i64()), Some(3));
}

#[test]
fn numbers_beyond_every_type_stay_numbers() {
    let text =
        "[18446744073709551615, -9223372036854775808, 1000000000000000000000, 1e999, -1e999, -0, 1e-999]";
    let value = json!([u64::MAX, i64::MIN, 1e21, f64::MAX, f64::MIN, -0.0, 0.0]);
    assert_eq!(parse(text).root().to_value(), value);
}

#[test]
fn as_deep_and_as_large_as_the_limits() {
    let deep = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    assert!(Document::parse(deep.as_bytes()).is_ok());
    let large = "0".to_owned() + &" ".repeat(MAX_BYTES - 1);
    assert!(Document::parse(large.as_bytes()).is_ok());
}
