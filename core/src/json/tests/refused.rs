//! What does not parse: the sentence, the place, the hint.

use super::super::{Document, JsonErrorKind, MAX_BYTES};
use super::refuse;
use crate::span::Span;

/// Text, the part of it that is underlined, sentence, hint.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("", "", "expected a value, found an empty text", "write a JSON object: `{ … }`"),
    (" \n", " \n", "expected a value, found only white space", "write a JSON object: `{ … }`"),
    (
        "\u{feff}{}",
        "\u{feff}",
        "expected a value, found a byte-order mark",
        "save the file as UTF-8 without a byte-order mark",
    ),
    (
        "// c\r\n{}",
        "// c",
        "expected JSON, which has no comments, found a `//` comment",
        "remove the comment",
    ),
    (
        "[1, /* é */ 2]",
        "/* é */",
        "expected JSON, which has no comments, found a `/*` comment",
        "remove the comment",
    ),
    ("{} # end", "# end", "expected JSON, which has no comments, found a `#` comment", "remove the comment"),
    (
        "[1 /* never",
        "/* never",
        "expected JSON, which has no comments, found a `/*` comment",
        "remove the comment",
    ),
    ("/", "/", "expected a value, found `/`", ""),
    ("[1, 2,\n]", ",", "trailing comma before `]`", "remove the comma"),
    ("{\"a\": 1 , }", ",", "trailing comma before `}`", "remove the comma"),
    ("[,]", ",", "expected a value or `]`, found `,`", "remove the comma"),
    ("{,\"a\": 1}", ",", "expected a key in double quotes or `}`, found `,`", "remove the comma"),
    ("[1,,2]", ",", "expected a value, found `,`", "write a value before the comma, or remove it"),
    ("[1,}", "}", "expected a value, found `}`", ""),
    ("{\"a\": }", "}", "expected a value, found `}`", ""),
    ("[1 \"b\"]", "\"", "expected `,` or `]`, found `\"`", "add a comma before it"),
    ("{\"a\": 1 \"b\": 2}", "\"", "expected `,` or `}`, found `\"`", "add a comma before it"),
    ("[1}", "}", "expected `,` or `]`, found `}`", "add the missing `]` before it"),
    ("{\"a\" 1}", "1", "expected `:`, found `1`", ""),
    ("{\"a\" = 1}", "=", "expected `:`, found `=`", "write `:` between key and value"),
    ("{\"a\"}", "}", "expected `:`, found `}`", "write `:` and a value after the key"),
    (
        "{'a': 1}",
        "'",
        "expected a key in double quotes or `}`, found `'`",
        "write strings in straight double quotes, `\"`",
    ),
    ("[“a”]", "“", "expected a value or `]`, found `“`", "write strings in straight double quotes, `\"`"),
    (
        "{a_1: 1}",
        "a_1",
        "expected a key in double quotes or `}`, found `a_1`",
        "write the key in double quotes: `\"a_1\"`",
    ),
    (
        "{\"a\": 1, été: 2}",
        "été",
        "expected a key in double quotes, found `été`",
        "write the key in double quotes: `\"été\"`",
    ),
    ("[NaN]", "NaN", "expected a value or `]`, found `NaN`", "JSON has no `NaN`: write a number"),
    (
        "[-Infinity]",
        "Infinity",
        "expected a digit after `-`, found `Infinity`",
        "JSON has no `Infinity`: write a number",
    ),
    ("[1, True]", "True", "expected a value, found `True`", "write `true`"),
    ("nil", "nil", "expected a value, found `nil`", "write `null`"),
    ("nullable", "nullable", "expected a value, found `nullable`", "write a string in double quotes"),
    ("trueé", "trueé", "expected a value, found `trueé`", "write a string in double quotes"),
    ("tru", "tru", "expected a value, found `tru`", "write a string in double quotes"),
    ("[007]", "007", "expected a number without leading zeros, found `007`", "remove the leading zeros"),
    ("[-01]", "01", "expected a number without leading zeros, found `01`", "remove the leading zeros"),
    ("[+1]", "+", "expected a digit or `-`, found `+`", "remove the `+`"),
    ("[.5]", ".", "expected a digit before `.`, found `.`", "write a `0` before the `.`"),
    ("[1.]", "]", "expected a digit after `.`, found `]`", "write a digit after the `.`, or remove it"),
    (
        "1.",
        "",
        "expected a digit after `.`, found the end of the text",
        "write a digit after the `.`, or remove it",
    ),
    (
        "[1e+\n]",
        "\n",
        "expected a digit in the exponent, found the end of the line",
        "write a digit after the `e`, or remove it",
    ),
    ("[- 1]", " ", "expected a digit after `-`, found a space", ""),
    ("[0x1F]", "x1F", "expected `,` or `]`, found `x1F`", "add a comma before it"),
    (
        "[\"a\tb\"]",
        "\t",
        "expected an escape in the string, found the control character U+0009",
        "write it as `\\t`",
    ),
    (
        "[\"\u{1}\"]",
        "\u{1}",
        "expected an escape in the string, found the control character U+0001",
        "write it as `\\u0001`",
    ),
    (
        "[\"abc,\n1]",
        "\"abc,",
        "expected `\"` to close this string before the end of the line",
        "close the string with `\"`; a line break inside a string is written `\\n`",
    ),
    (
        "{\"a\\n",
        "\"a\\n",
        "expected `\"` to close this string before the end of the line",
        "close the string with `\"`; a line break inside a string is written `\\n`",
    ),
    (
        "[\"\\u00",
        "\"\\u00",
        "expected `\"` to close this string before the end of the line",
        "close the string with `\"`; a line break inside a string is written `\\n`",
    ),
    (
        "[\"^\\d+\"]",
        "\\d",
        "expected one of `\"` `\\` `/` `b` `f` `n` `r` `t` `u` after `\\`, found `d`",
        "a backslash in a string is written `\\\\`",
    ),
    (
        "[\"\\é\"]",
        "\\é",
        "expected one of `\"` `\\` `/` `b` `f` `n` `r` `t` `u` after `\\`, found `é`",
        "a backslash in a string is written `\\\\`",
    ),
    (
        "[\"\\u12g4\"]",
        "\\u12",
        "expected four hexadecimal digits after `\\u`, found `g`",
        "write four digits, as in `\\u00e9`",
    ),
    (
        "[\"\\u+123\"]",
        "\\u",
        "expected four hexadecimal digits after `\\u`, found `+`",
        "write four digits, as in `\\u00e9`",
    ),
    (
        "[\"\\uD800x\"]",
        "\\uD800",
        "expected a surrogate pair, found the lone surrogate `\\ud800`",
        "write both halves, as in `\\ud83d\\ude00`, or the character itself",
    ),
    (
        "[\"\\ud800\\u0041\"]",
        "\\ud800",
        "expected a surrogate pair, found the lone surrogate `\\ud800`",
        "write both halves, as in `\\ud83d\\ude00`, or the character itself",
    ),
    (
        "[\"\\udc00\"]",
        "\\udc00",
        "expected a surrogate pair, found the lone surrogate `\\udc00`",
        "write both halves, as in `\\ud83d\\ude00`, or the character itself",
    ),
    ("{} x", "x", "expected the end of the text, found `x`", "a JSON text is one value: remove the rest"),
    ("{}}", "}", "expected the end of the text, found `}`", "remove it: nothing is left to close"),
    (
        "[1,\u{a0}2]",
        "\u{a0}",
        "expected a value, found U+00A0",
        "remove it: only spaces, tabs and line breaks are allowed between values",
    ),
    (
        "[1\u{0}]",
        "\u{0}",
        "expected `,` or `]`, found U+0000",
        "remove it: only spaces, tabs and line breaks are allowed between values",
    ),
    (
        "{\"a\": [1, {\"b\": 2}",
        "[",
        "expected `]` to close this `[`, found the end of the text",
        "add the missing `]`",
    ),
    ("[{\"a\":", "{", "expected `}` to close this `{`, found the end of the text", "add the missing `}`"),
    ("[1, ", "[", "expected `]` to close this `[`, found the end of the text", "add the missing `]`"),
];

#[test]
fn each_fault_has_its_sentence_place_and_hint() {
    for (text, underlined, sentence, hint) in CASES {
        let error = refuse(text);
        assert_eq!(error.to_string(), *sentence, "{text:?}");
        assert_eq!(text.get(error.span.start..error.span.end), Some(*underlined), "{text:?}");
        assert_eq!(error.hint().unwrap_or_default(), *hint, "{text:?}");
        assert!(!sentence.ends_with('.'));
    }
}

#[test]
fn a_trailing_comma_and_a_byte_order_mark_have_a_fix() {
    for (text, mended) in [("[1, 2,\n]", "[1, 2\n]"), ("{\"a\": [],}", "{\"a\": []}"), ("\u{feff}{}", "{}")] {
        let error = refuse(text);
        let (span, replacement) = error.fix().unwrap();
        let mut edited = text.to_owned();
        edited.replace_range(span.start..span.end, replacement);
        assert_eq!(edited, mended);
    }
    assert_eq!(refuse("[1,,]").fix(), Some((Span::new(3, 4), "")));
    assert_eq!(refuse("[1 2]").fix(), None);
}

#[test]
fn the_other_place_of_an_unclosed_or_mismatched_bracket() {
    assert_eq!(refuse("[1, 2 \n").related(), Some((Span::at(7), "the text ends here")));
    assert_eq!(refuse("[{\"a\": [1}]").related(), Some((Span::new(7, 8), "opened here")));
    assert_eq!(refuse("[1 2]").related(), None);
}

#[test]
fn bytes_that_are_not_utf8() {
    let error = Document::parse(b"[\"caf\xe9\"]").unwrap_err();
    assert_eq!(error.kind, JsonErrorKind::InvalidUtf8 { byte: 0xe9, utf16: false });
    assert_eq!(error.span, Span::new(5, 6));
    assert_eq!(error.to_string(), "expected UTF-8, found the byte `0xE9`");
    let error = Document::parse(b"\xff\xfe{\0}\0").unwrap_err();
    assert_eq!(error.hint().unwrap(), "the file looks like UTF-16: save it as UTF-8");
    assert_eq!(Document::parse(b"\"\xe2\x82").unwrap_err().span, Span::new(1, 3));
}

#[test]
fn size_is_checked_before_anything_else() {
    let error = Document::parse(&vec![0xff; MAX_BYTES + 1]).unwrap_err();
    assert_eq!(error.kind, JsonErrorKind::TooLarge { limit: 1_048_576, actual: 1_048_577 });
    assert_eq!(error.to_string(), "expected at most 1048576 bytes, found 1048577");
}

#[test]
fn nesting_has_a_bound() {
    for open in ["[", "{\"a\":"] {
        let error = refuse(&open.repeat(10_000));
        assert_eq!(error.kind, JsonErrorKind::TooDeep { limit: 128 });
        assert_eq!(error.span, Span::new(128 * open.len(), 128 * open.len() + 1));
    }
    let message = "expected at most 128 arrays and objects inside one another, found one more";
    assert_eq!(refuse(&"[".repeat(10_000)).to_string(), message);
}

#[test]
fn long_words_are_cut_off() {
    let error = refuse(&"a".repeat(1000));
    assert_eq!(error.to_string(), format!("expected a value, found `{}…`", "a".repeat(40)));
    assert_eq!(error.span, Span::new(0, 1000));
}
