//! Laws of the JSON parser, on made-up and on broken texts.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value as Json;
use start_points::Span;
use start_points::json::{Document, Node, Part, Pointer, Value};

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 3 => Just(" "), 2 => Just("\n    "), 1 => Just("\t\r\n")]
}

fn string_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-c/~0-2]{1,12}",
        1 => "[ é€😀\u{7f}\u{2028}]",
        1 => r#"\\["\\/bfnrt]"#,
        1 => r"\\u00[0-9a-f]{2}",
        1 => r"\\u[1-9a-cA-C][0-9a-fA-F]{3}",
        1 => r"\\u[dD][89abAB][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}",
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn key_text() -> impl Strategy<Value = String> {
    prop_oneof![2 => string_text(), 1 => r#""[ab]""#, 1 => Just(r#""\u0061""#.to_owned())]
}

/// A valid text: every type, layouts of all sorts, duplicate keys.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        2 => string_text(),
        1 => r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?",
        1 => prop_oneof![Just("null"), Just("true"), Just("false")].prop_map(str::to_owned),
    ];
    let value = leaf.prop_recursive(4, 40, 6, |inner| {
        let entry = (space(), inner.clone(), space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        let member = (space(), key_text(), space(), space(), inner, space())
            .prop_map(|(a, key, b, c, value, d)| format!("{a}{key}{b}:{c}{value}{d}"));
        prop_oneof![
            (space(), prop::collection::vec(entry, 0..6)).prop_map(|(a, entries)| match entries.len() {
                0 => format!("[{a}]"),
                _ => format!("[{}]", entries.join(",")),
            }),
            (space(), prop::collection::vec(member, 0..6)).prop_map(|(a, members)| match members.len() {
                0 => format!("{{{a}}}"),
                _ => format!("{{{}}}", members.join(",")),
            }),
        ]
    });
    (space(), value, space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"))
}

#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    const TOKENS: &[&str] = &[
        ",", "]", "[", "}", "{", ":", "\"", "'", "\\", "/", "//", "/**/", "#", "0", "1", "-", "+", ".", "e",
        "E5", "n", "null", "true", "NaN", "\\u", "\\ud800", "\\udc00", "\\x", "\u{feff}", "\u{a0}", "\n",
        "\t", "\r", " ", "\0", "\u{1f}", "\u{b}", "é", "1e999",
    ];
    let token = prop::sample::select(TOKENS).prop_map(|token| token.as_bytes().to_vec());
    let byte = any::<u8>().prop_map(|byte| vec![byte]);
    let at = any::<Index>;
    prop_oneof![
        3 => (at(), 1..3usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        5 => (at(), prop_oneof![4 => token, 1 => byte]).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => (at(), 1..9usize).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        1 => at().prop_map(Mutation::Truncate),
    ]
}

fn mutated(text: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        let (Mutation::Delete(at, _)
        | Mutation::Insert(at, _)
        | Mutation::Repeat(at, _)
        | Mutation::Truncate(at)) = mutation;
        let at = at.index(bytes.len() + 1);
        match mutation {
            Mutation::Delete(_, length) => drop(bytes.drain(at..(at + length).min(bytes.len()))),
            Mutation::Insert(_, new) => drop(bytes.splice(at..at, new.iter().copied())),
            Mutation::Repeat(_, length) => {
                let again = bytes[at..(at + length).min(bytes.len())].to_vec();
                drop(bytes.splice(at..at, again));
            }
            Mutation::Truncate(_) => bytes.truncate(at),
        }
    }
    bytes
}

/// Equal, but for the last bits of a float: serde_json rounds without its feature `float_roundtrip`.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (Json::Object(ours), Json::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, value)| theirs.get(key).is_some_and(|other| same(value, other)))
        }
        (Json::Number(ours), Json::Number(theirs)) if ours.is_f64() && theirs.is_f64() => {
            match (ours.as_f64(), theirs.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= a.abs() * 1e-14,
                _ => false,
            }
        }
        _ => ours == theirs,
    }
}

/// Every value of the tree, and the spans of the keys, with a pointer to each; duplicates come last.
fn walk<'n, 'a>(node: &'n Node<'a>, pointer: &Pointer, all: &mut Vec<(Pointer, &'n Node<'a>)>) {
    all.push((pointer.clone(), node));
    for (index, entry) in node.as_array().unwrap_or_default().iter().enumerate() {
        walk(entry, &pointer.index(index), all);
    }
    for member in node.members() {
        walk(&member.node, &pointer.key(&member.key), all);
    }
}

fn nodes<'n, 'a>(document: &'n Document<'a>) -> Vec<(Pointer, &'n Node<'a>)> {
    let mut all = Vec::new();
    walk(document.root(), &Pointer::root(), &mut all);
    all
}

/// The tree without its places, for comparing trees of different texts.
#[derive(Debug, Clone, PartialEq)]
enum Plain {
    Leaf(String),
    Array(Vec<Plain>),
    Object(Vec<(String, Plain)>),
}

fn plain(node: &Node<'_>) -> Plain {
    match &node.value {
        Value::Array(entries) => Plain::Array(entries.iter().map(plain).collect()),
        Value::Object(members) => {
            Plain::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.node))).collect())
        }
        leaf => Plain::Leaf(format!("{leaf:?}")),
    }
}

fn without(text: &str, spans: &[Span]) -> String {
    let mut edited = text.to_owned();
    for span in spans.iter().rev() {
        edited.replace_range(span.start..span.end, "");
    }
    edited
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn valid_texts_have_the_value_serde_json_reads(text in json_text()) {
        let document = Document::parse(text.as_bytes()).unwrap();
        prop_assert!(same(&document.root().to_value(), &serde_json::from_str(&text).unwrap()));
    }

    #[test]
    fn serde_json_accepts_and_refuses_the_same(
        text in json_text(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let bytes = mutated(&text, &mutations);
        match (Document::parse(&bytes), serde_json::from_slice::<Json>(&bytes)) {
            (Ok(ours), Ok(theirs)) => prop_assert!(same(&ours.root().to_value(), &theirs)),
            (Ok(_), Err(error)) => prop_assert!(error.to_string().starts_with("number out of range"), "{error}"),
            (Err(error), theirs) => prop_assert!(theirs.is_err(), "{error}"),
        }
    }

    #[test]
    fn errors_stand_on_character_boundaries(
        text in json_text(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let bytes = mutated(&text, &mutations);
        if let Err(error) = Document::parse(&bytes) {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= bytes.len());
            if let Ok(text) = str::from_utf8(&bytes) {
                prop_assert!(text.get(error.span.start..error.span.end).is_some());
            }
            prop_assert!(!error.to_string().is_empty());
            prop_assert!(error.hint().is_none_or(|hint| !hint.is_empty()));
        }
    }

    #[test]
    fn the_fix_of_a_trailing_comma_brings_the_text_back(text in json_text(), pick: Index) {
        let document = Document::parse(text.as_bytes()).unwrap();
        let ends: Vec<_> = nodes(&document)
            .into_iter()
            .filter_map(|(_, node)| match &node.value {
                Value::Array(entries) => entries.last().map(|last| last.span.end),
                Value::Object(members) => members.last().map(|last| last.node.span.end),
                _ => None,
            })
            .collect();
        if ends.is_empty() {
            return Ok(());
        }
        let mut broken = text.clone();
        broken.insert(ends[pick.index(ends.len())], ',');
        let error = Document::parse(broken.as_bytes()).unwrap_err();
        let (span, replacement) = error.fix().unwrap();
        broken.replace_range(span.start..span.end, replacement);
        prop_assert_eq!(broken, text);
    }

    #[test]
    fn recovery_begins_with_the_fault_that_parsing_ends_at(
        text in json_text(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let bytes = mutated(&text, &mutations);
        let recovered = Document::recover(&bytes);
        let first = recovered.errors.first().map(|error| (&error.kind, error.span));
        let strict = Document::parse(&bytes).err();
        prop_assert_eq!(first, strict.as_ref().map(|error| (&error.kind, error.span)));
        for error in &recovered.errors {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= bytes.len());
        }
    }

    #[test]
    fn fixes_leave_fewer_faults(
        text in json_text(),
        mutations in prop::collection::vec(mutation(), 1..5),
    ) {
        let Ok(mut text) = String::from_utf8(mutated(&text, &mutations)) else { return Ok(()) };
        // A byte-order mark ends the reading at once, so it hides what follows.
        prop_assume!(!text.starts_with('\u{feff}'));
        let mut count = Document::recover(text.as_bytes()).errors.len();
        while count < start_points::json::MAX_ERRORS {
            let recovered = Document::recover(text.as_bytes());
            let mut fixes: Vec<_> = recovered.errors.iter().filter_map(|error| error.fix()).collect();
            fixes.sort();
            if fixes.is_empty() {
                break;
            }
            let mut fixed = text.clone();
            let mut before = usize::MAX;
            for (span, new) in fixes.into_iter().rev() {
                if span.end < before {
                    fixed.replace_range(span.start..span.end, new);
                    before = span.start;
                }
            }
            let left = Document::recover(fixed.as_bytes()).errors.len();
            prop_assert!(left < count, "{count} faults, then {left}:\n{text}\n{fixed}");
            (text, count) = (fixed, left);
        }
    }

    #[test]
    fn any_bytes_at_all_are_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Document::parse(&bytes).is_ok(), serde_json::from_slice::<Json>(&bytes).is_ok());
    }

    #[test]
    fn every_span_is_the_text_of_its_value(text in json_text()) {
        let document = Document::parse(text.as_bytes()).unwrap();
        for (_, node) in nodes(&document) {
            let alone = Document::parse(document.slice(node.span).as_bytes()).unwrap();
            prop_assert_eq!(alone.root().span.end, node.span.end - node.span.start);
            prop_assert_eq!(plain(alone.root()), plain(node));
            for member in node.members() {
                let key = Document::parse(document.slice(member.key_span).as_bytes()).unwrap();
                prop_assert_eq!(key.root().as_str(), Some(&*member.key));
            }
        }
    }

    #[test]
    fn every_pointer_finds_its_value(text in json_text()) {
        let document = Document::parse(text.as_bytes()).unwrap();
        for (pointer, node) in nodes(&document) {
            prop_assert_eq!(&pointer.to_string().parse::<Pointer>().unwrap(), &pointer);
            let found = document.find(&pointer);
            if document.duplicate_keys().is_empty() {
                prop_assert_eq!(found, Some(node));
                prop_assert_eq!(document.locate(&pointer, Part::Value), node.span);
            }
        }
    }

    #[test]
    fn duplicates_are_those_a_plain_search_finds(text in json_text()) {
        let document = Document::parse(text.as_bytes()).unwrap();
        let mut expected = Vec::new();
        for (pointer, node) in nodes(&document) {
            for (index, member) in node.members().iter().enumerate() {
                let mut earlier = node.members()[..index].iter();
                if let Some(first) = earlier.find(|earlier| earlier.key == member.key) {
                    expected.push((member.key_span, first.key_span, pointer.clone()));
                }
            }
        }
        expected.sort();
        let found: Vec<_> =
            document.duplicate_keys().iter().map(|d| (d.again, d.first, (*d.pointer).clone())).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn removals_take_those_entries_and_nothing_else(text in json_text(), pick: Index, mask: u8) {
        let document = Document::parse(text.as_bytes()).unwrap();
        let containers: Vec<_> =
            nodes(&document).into_iter().filter(|(_, node)| !matches!(plain(node), Plain::Leaf(_))).collect();
        if containers.is_empty() {
            return Ok(());
        }
        let container = containers[pick.index(containers.len())].1;
        let chosen: Vec<usize> = (0..8).rev().filter(|bit| mask & (1 << bit) != 0).collect();

        let spans = document.removals(container, &chosen);
        prop_assert!(spans.windows(2).all(|pair| pair[0].end < pair[1].start));
        let edited = without(&text, &spans);
        let shrunk = spans.iter().map(|span| span.end - span.start).sum::<usize>();
        let again = Document::parse(edited.as_bytes()).unwrap();
        let left = Span::new(container.span.start, container.span.end - shrunk);
        let (_, remaining) = nodes(&again).into_iter().find(|(_, node)| node.span == left).unwrap();

        let keep = |index: &usize| !chosen.contains(index);
        let expected = match plain(container) {
            Plain::Array(all) => {
                Plain::Array(all.into_iter().enumerate().filter(|(i, _)| keep(i)).map(|(_, v)| v).collect())
            }
            Plain::Object(all) => {
                Plain::Object(all.into_iter().enumerate().filter(|(i, _)| keep(i)).map(|(_, v)| v).collect())
            }
            leaf @ Plain::Leaf(_) => leaf,
        };
        prop_assert_eq!(plain(remaining), expected);
    }

    #[test]
    fn single_removals_after_the_first_compose(count in 2..8usize, mask: u8) {
        let text = format!("[{}]", (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(",\n "));
        let document = Document::parse(text.as_bytes()).unwrap();
        let gone = |index: usize| index > 0 && mask & (1 << index) != 0;
        let spans: Vec<_> = (0..count)
            .filter(|index| gone(*index))
            .filter_map(|index| document.member_removal(document.root(), index))
            .collect();
        let kept: Vec<_> = (0..count).filter(|index| !gone(*index)).collect();
        prop_assert_eq!(serde_json::from_str::<Vec<usize>>(&without(&text, &spans)).unwrap(), kept);
    }

    #[test]
    fn a_range_inside_a_string_decodes_to_itself(text in string_text(), from: Index, to: Index) {
        let document = Document::parse(text.as_bytes()).unwrap();
        let decoded = document.root().as_str().unwrap();
        let bounds: Vec<_> = (0..=decoded.len()).filter(|at| decoded.is_char_boundary(*at)).collect();
        let (from, to) = (bounds[from.index(bounds.len())], bounds[to.index(bounds.len())]);
        let range = from.min(to)..from.max(to);
        let span = document.span_in_string(document.root().span, range.clone());
        let literal = format!("\"{}\"", document.slice(span));
        let part = Document::parse(literal.as_bytes()).unwrap();
        prop_assert_eq!(part.root().as_str(), decoded.get(range));
    }
}
