//! Objects with many keys, and long ones.

use start_points::Kind;

use super::input::{Input, LargeShape, file, joined, manifest, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("unknown keys", |size| members(size, |i| format!("\"k{i}\":0"))),
    shape("unknown keys, each on its line", |size| members(size, |i| format!("\n  \"k{i}\": 0"))),
    shape("unknown keys of exercises", |size| {
        let text = joined(size, "{", "}", |i| format!("\"tab_size{i}\":0"));
        Input::Tree(file("manifest.json", text), Some(Kind::Exercises))
    }),
    shape("near-miss keys", |size| members(size, |i| format!("\"display_nam{i}\":0"))),
    shape("one near-miss key", |size| members(size, |_| "\"tab_sizf\":0".into())),
    shape("one unknown key", |size| members(size, |_| "\"k\":0".into())),
    shape("one known key", |size| members(size, |i| format!("\"tab_size\":{i}"))),
    shape("known keys in turn", |size| {
        members(size, |i| {
            format!("\"{}\":\"x{i}\"", start_points::keys::KEYS[i % start_points::keys::KEYS.len()])
        })
    }),
    shape("each key twice", |size| members(size, |i| format!("\"k{}\":0", i / 2))),
    shape("long unknown keys", |size| members(size, |i| format!("\"{}{i}\":0", "k".repeat(100)))),
    shape("very long unknown keys", |size| members(size, |i| format!("\"{i}{}\":0", "k".repeat(10_000)))),
    shape("one key as long as the text", |size| manifest(repeated(size, "{\"", "k", "\":0}"))),
    shape("keys that begin alike", |size| members(size, |i| format!("\"{}{i}\":0", "k".repeat(500)))),
    shape("keys with escapes", |size| members(size, |i| format!("\"\\u0061\\n{i}\":0"))),
    shape("keys that pointers escape", |size| members(size, |i| format!("\"~/~/{i}\":0"))),
    shape("keys beyond ASCII", |size| members(size, |i| format!("\"é日😀{i}\":0"))),
    shape("empty keys", |size| members(size, |_| "\"\":0".into())),
    shape("keys with NUL", |size| members(size, |i| format!("\"\\u0000{i}\":0"))),
    shape("unknown keys inside an object", |size| {
        manifest(joined(size, "{\"a\":{", "}}", |i| format!("\"k{i}\":0")))
    }),
    shape("files with unknown keys", |size| {
        manifest(joined(size, "{\"visible_files\":{", "}}", |i| format!("\"f{i}\":{{\"contents\":1}}")))
    }),
    shape("objects with a key twice", |size| {
        manifest(joined(size, "{\"a\":[", "]}", |_| "{\"b\":0,\"b\":0}".into()))
    }),
    shape("a long key around duplicates", |size| below_a_long_key(size, "{\"b\":0,\"b\":0}")),
    shape("a long key around NULs", |size| below_a_long_key(size, "\"\\u0000\"")),
    shape("a long key around numbers", |size| below_a_long_key(size, "0")),
];

fn members(size: usize, member: impl Fn(usize) -> String) -> Input {
    manifest(joined(size, "{", "}", member))
}

/// A pointer to each value repeats the key.
fn below_a_long_key(size: usize, value: &str) -> Input {
    manifest(joined(size, &format!("{{\"{}\":[", "k".repeat(size / 3)), "]}", |_| value.to_owned()))
}
