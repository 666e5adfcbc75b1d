//! Regular expressions: long ones of each construct, and many short ones.

use super::input::{Input, LargeShape, list, manifest, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("unclosed groups", |size| long(size, "(")),
    shape("groups in one another", |size| nested(size, "(", ")")),
    shape("groups without capture", |size| nested(size, "(?:", ")")),
    shape("atomic groups", |size| nested(size, "(?>", ")")),
    shape("look-aheads", |size| nested(size, "(?=", ")")),
    shape("look-behinds", |size| long(size, "(?<=a)")),
    shape("look-behinds in one another", |size| nested(size, "(?<=", ")")),
    shape("a look-behind of alternatives", |size| {
        manifest(repeated(size, "{\"hidden_filenames\":[\"(?<=", "a|", "b)\"]}"))
    }),
    shape("alternatives", |size| long(size, "a|")),
    shape("empty alternatives", |size| long(size, "|")),
    shape("classes", |size| long(size, "[a-z]")),
    shape("unclosed classes", |size| long(size, "[")),
    shape("classes in one another", |size| nested(size, "[a", "]")),
    shape("intersections", |size| manifest(repeated(size, "{\"hidden_filenames\":[\"[", "a&&", "a]\"]}"))),
    shape("a long class", |size| manifest(repeated(size, "{\"hidden_filenames\":[\"[", "a-b", "]\"]}"))),
    shape("bracket expressions", |size| long(size, "[[:alpha:]]")),
    shape("unclosed bracket expressions", |size| long(size, "[[:")),
    shape("bounded repeats", |size| long(size, "a{1,9}")),
    shape("repeats of repeats", |size| long(size, "*")),
    shape("possessive repeats", |size| long(size, "a++")),
    shape("braces", |size| long(size, "{")),
    shape("groups and references", |size| long(size, "(a)\\\\1")),
    shape("references to what is not there", |size| long(size, "\\\\9")),
    shape("names and calls", |size| long(size, "(?<a>b\\\\g<a>)")),
    shape("different names", |size| numbered(size, |i| format!("(?<a{i}>b)"))),
    shape("calls in a chain", |size| {
        numbered(size, |i| format!("(?<a{i}>b\\\\g<a{}>)", i.saturating_sub(1)))
    }),
    shape("references by name", |size| numbered(size, |i| format!("(?<a{i}>b)\\\\k<a{}>", i / 2))),
    shape("one name again and again", |size| long(size, "(?<a>b)\\\\k<a>")),
    shape("relative references", |size| long(size, "(?<a>b)\\\\k<-1>")),
    shape("properties", |size| long(size, "\\\\p{Alpha}")),
    shape("unknown properties", |size| list(size, "hidden_filenames", |_| "\"\\\\p{Alphb}\"".into())),
    shape("a long property", |size| {
        manifest(repeated(size, "{\"hidden_filenames\":[\"\\\\p{", "a", "}\"]}"))
    }),
    shape("escapes by number", |size| long(size, "\\\\x41\\\\u0041")),
    shape("escaped characters", |size| long(size, "\\\\.")),
    shape("escaped bytes", |size| long(size, "\\\\xe3\\\\x81\\\\x82")),
    shape("code points in braces", |size| {
        manifest(repeated(size, "{\"hidden_filenames\":[\"\\\\u{", "41 ", "42}\"]}"))
    }),
    shape("options", |size| long(size, "(?i)")),
    shape("options in groups", |size| nested(size, "(?i:", ")")),
    shape("comments in expressions", |size| long(size, "(?#a)")),
    shape("conditions", |size| long(size, "(a)(?(1)b|c)")),
    shape("absences", |size| nested(size, "(?~", ")")),
    shape("expressions of letters", |size| long(size, "a")),
    shape("expressions beyond ASCII", |size| long(size, "é")),
    shape("many expressions", |size| list(size, "hidden_filenames", |i| format!("\"^a{i}$\""))),
    shape("many malformed expressions", |size| list(size, "hidden_filenames", |i| format!("\"({i}\""))),
    shape("many slashed expressions", |size| list(size, "hidden_filenames", |i| format!("\"/{i}/\""))),
];

fn long(size: usize, piece: &str) -> Input {
    manifest(repeated(size, "{\"hidden_filenames\":[\"", piece, "\"]}"))
}

fn nested(size: usize, open: &str, close: &str) -> Input {
    let depth = (size - 30) / (open.len() + close.len());
    manifest(format!("{{\"hidden_filenames\":[\"{}{}\"]}}", open.repeat(depth), close.repeat(depth)))
}

fn numbered(size: usize, piece: impl Fn(usize) -> String) -> Input {
    let mut text = "{\"hidden_filenames\":[\"".to_owned();
    for index in 0.. {
        let piece = piece(index);
        if text.len() + piece.len() + 3 > size {
            break;
        }
        text.push_str(&piece);
    }
    manifest(text + "\"]}")
}
