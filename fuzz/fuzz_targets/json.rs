//! The parser: agrees with serde_json on what is JSON, and every place it names is one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::Span;
use start_points::json::{Document, MAX_DEPTH, Node, Part, Pointer, Value};

fuzz_target!(|bytes: &[u8]| {
    match Document::parse(bytes) {
        Ok(document) => accepted(bytes, &document),
        Err(error) => {
            assert!(error.span.start <= error.span.end && error.span.end <= bytes.len());
            let _ = (error.to_string(), error.hint());
            for (span, _) in error.related().into_iter().chain(error.fix()) {
                assert!(span.start <= span.end && span.end <= bytes.len());
            }
            let recovered = Document::recover(bytes);
            let first = recovered.errors.first().map(|error| (&error.kind, error.span));
            assert_eq!(first, Some((&error.kind, error.span)));
            for found in &recovered.errors {
                assert!(found.span.start <= found.span.end && found.span.end <= bytes.len());
            }
            if let Ok(text) = std::str::from_utf8(bytes) {
                assert!(text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end));
                let is_deep = text.matches(['[', '{']).count() > MAX_DEPTH.min(127);
                let is_known = serde_json::from_str::<serde_json::Value>(text);
                // serde_json refuses numbers beyond the floats and a depth over 127; we keep other limits.
                assert!(is_known.is_err() || is_deep, "serde_json accepts: {error}");
            }
        }
    }
});

fn accepted(bytes: &[u8], document: &Document<'_>) {
    let text = std::str::from_utf8(bytes).expect("only UTF-8 is accepted");
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) => assert_eq!(normal(value), normal(document.root().to_value())),
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("out of range") || error.contains("recursion limit"), "{error}");
        }
    }
    let mut pointer = Pointer::root();
    places(document, document.root(), &mut pointer, text);
    for duplicate in document.duplicate_keys() {
        assert_eq!(document.slice(duplicate.first).as_bytes().first(), Some(&b'"'));
        assert!(duplicate.first < duplicate.again);
    }
    let written = document.root().to_string();
    let again = Document::parse(written.as_bytes()).map(|again| again.root().to_string());
    assert_eq!(again.as_deref(), Ok(written.as_str()));
}

/// Every span is one of characters, lies in its parent, and is what its pointer locates.
fn places(document: &Document<'_>, node: &Node<'_>, pointer: &mut Pointer, text: &str) {
    let is_place = |span: Span| text.get(span.start..span.end).is_some();
    assert!(is_place(node.span));
    if document.duplicate_keys().is_empty() {
        assert_eq!(document.locate(pointer, Part::Value), node.span);
        assert_eq!(document.find(pointer), Some(node));
    }
    match &node.value {
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                removal(document, node, index, text);
                pointer.push_index(index);
                places(document, entry, pointer, text);
                pointer.pop();
            }
        }
        Value::Object(members) => {
            for (index, member) in members.iter().enumerate() {
                assert!(is_place(member.key_span));
                removal(document, node, index, text);
                pointer.push_key(&member.key);
                places(document, &member.node, pointer, text);
                pointer.pop();
            }
        }
        Value::String(string) => {
            for (at, c) in string.char_indices() {
                assert!(is_place(document.span_in_string(node.span, at..at + c.len_utf8())));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Removing an entry leaves JSON. Only small texts, as it parses the whole again.
fn removal(document: &Document<'_>, container: &Node<'_>, index: usize, text: &str) {
    if text.len() > 256 {
        return;
    }
    let Some(span) = document.member_removal(container, index) else { panic!("no removal of {index}") };
    let without = format!("{}{}", &text[..span.start], &text[span.end..]);
    assert!(Document::parse(without.as_bytes()).is_ok(), "{without}");
}

/// Numbers as floats: serde_json reads some integers as floats where we do, and some where we do not.
fn normal(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => number.as_f64().into(),
        serde_json::Value::Array(entries) => entries.into_iter().map(normal).collect(),
        serde_json::Value::Object(members) => {
            members.into_iter().map(|(key, value)| (key, normal(value))).collect()
        }
        other => other,
    }
}
