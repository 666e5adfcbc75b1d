//! Texts that are not JSON, and what is read of them all the same; and texts of unusual form.

use super::input::{Input, LargeShape, manifest, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("commas", |size| broken(size, ",")),
    shape("colons", |size| broken(size, ":")),
    shape("apostrophes", |size| broken(size, "'")),
    shape("strings in apostrophes", |size| broken(size, "'a' ")),
    shape("keys without quotes", |size| broken(size, "a: 1,")),
    shape("lines without commas", |size| broken(size, "\"a\": 1\n")),
    shape("strings without commas", |size| broken(size, "\"a\" ")),
    shape("strings without an end", |size| broken(size, "\"a: 1,\n")),
    shape("line comments", |size| broken(size, "// a\n")),
    shape("block comments", |size| broken(size, "/* a */")),
    shape("unclosed comments", |size| broken(size, "/*")),
    shape("hashes", |size| broken(size, "# a\n")),
    shape("closing braces", |size| broken(size, "}")),
    shape("closing brackets", |size| broken(size, "]")),
    shape("mixed brackets", |size| broken(size, "{]")),
    shape("opening brackets", |size| broken(size, "[")),
    shape("opening braces", |size| broken(size, "{")),
    shape("arrays that are not closed", |size| broken(size, "\"a\":[\"b\",")),
    shape("conflict markers", |size| broken(size, "\n<<<<<<< a\n\"b\":1,\n=======\n\"b\":2,\n>>>>>>> c\n")),
    shape("equals signs", |size| broken(size, "\n=======\n")),
    shape("words", |size| broken(size, "a b,")),
    shape("one long word", |size| broken(size, "a")),
    shape("signs", |size| broken(size, "-,")),
    shape("letters beyond ASCII", |size| broken(size, "é")),
    shape("backslashes", |size| broken(size, "\\")),
    shape("tabs in strings", |size| manifest(repeated(size, "{\"display_name\":\"", "\t", "\"}"))),
    shape("line feeds in a string", |size| manifest(repeated(size, "{\"display_name\":\"", "\n", "\"}"))),
    shape("white space", |size| manifest(repeated(size, "{", " ", "}"))),
    shape("blank lines", |size| manifest(repeated(size, "{", "\n", "}"))),
    shape("lines with carriage returns", |size| {
        manifest(repeated(size, "{\"hidden_filenames\":[\r\n", "\"a\",\r\n", "\"a\"]}\r\n"))
    }),
    shape("arrays as deep as may be", |size| {
        let deep = format!("{}{},", "[".repeat(60), "]".repeat(60));
        manifest(repeated(size, "{\"a\":[", &deep, "0]}"))
    }),
    shape("objects as deep as may be", |size| {
        let deep = format!("{}1{},", "{\"a\":".repeat(60), "}".repeat(60));
        manifest(repeated(size, "{\"a\":[", &deep, "0]}"))
    }),
    shape("a text after the text", |size| manifest(repeated(size, "{} ", "{} ", ""))),
    shape("an unclosed object of known keys", |size| {
        manifest(repeated(size, "{\"visible_filenames\":[", "\"f\",", "\"g\"],\"a\":{\"b\":"))
    }),
];

fn broken(size: usize, piece: &str) -> Input {
    manifest(repeated(size, "{\"display_name\":\"x\",", piece, ""))
}
