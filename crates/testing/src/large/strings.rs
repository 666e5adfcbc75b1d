//! Long strings and long numbers.

use super::input::{Input, LargeShape, manifest, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("a long display name", |size| name(size, "a")),
    shape("a display name beyond ASCII", |size| name(size, "é")),
    shape("a display name of line feeds", |size| name(size, "\\n")),
    shape("a display name of NULs", |size| name(size, "\\u0000")),
    shape("a display name of pairs", |size| name(size, "\\ud83d\\ude00")),
    shape("a display name of spaces", |size| name(size, " ")),
    shape("a display name of quotes", |size| name(size, "\\\"")),
    shape("a display name of turning characters", |size| name(size, "\u{202e}")),
    shape("a display name of control characters", |size| name(size, "\u{1}")),
    shape("a display name of lone halves", |size| name(size, "\\ud800")),
    shape("a display name of unknown escapes", |size| name(size, "\\d")),
    shape("a long image name", |size| image_name(size, "a")),
    shape("a deep image name", |size| image_name(size, "a/")),
    shape("an image name of dots", |size| image_name(size, "a.")),
    shape("an image name of tags", |size| image_name(size, ":a")),
    shape("an image name of digests", |size| image_name(size, "@sha256:a")),
    shape("an image name of dashes", |size| image_name(size, "--")),
    shape("a long lambda", |size| manifest(repeated(size, "{\"rag_lambda\":\"", "a/../", "\"}"))),
    shape("a long whole number", |size| number(size, "9")),
    shape("a long number of zeros", |size| manifest(repeated(size, "{\"tab_size\":1", "0", "}"))),
    shape("a long fraction", |size| manifest(repeated(size, "{\"max_seconds\":1.", "0", "}"))),
    shape("a long exponent", |size| manifest(repeated(size, "{\"max_seconds\":1e", "9", "}"))),
];

fn name(size: usize, piece: &str) -> Input {
    manifest(repeated(size, "{\"display_name\":\"", piece, "\"}"))
}

fn image_name(size: usize, piece: &str) -> Input {
    manifest(repeated(size, "{\"image_name\":\"a", piece, "\"}"))
}

fn number(size: usize, digit: &str) -> Input {
    manifest(repeated(size, "{\"tab_size\":", digit, "}"))
}
