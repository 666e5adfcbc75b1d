//! Texts that are not trees of files: URLs, image names, the gate's input, and manifests that are mixed.

use super::input::{Input, LargeShape, joined, repeated, shape};

const NO_FACTS: &str = "{\"image\":\"example/a:1.0\"}";

pub(super) const SHAPES: &[LargeShape] = &[
    shape("a URL with a long path", |size| url(size, "https://example.com/", "a", "")),
    shape("a URL with a deep path", |size| url(size, "https://example.com/", "a/", "")),
    shape("a URL with dots", |size| url(size, "https://example.com/", "../", "")),
    shape("a URL with escapes", |size| url(size, "https://example.com/", "%41", "")),
    shape("a URL with parameters", |size| url(size, "https://example.com/a?tag=1", "&a=b", "")),
    shape("a URL with question marks", |size| url(size, "https://example.com/a", "?", "")),
    shape("a URL with a long host", |size| url(size, "https://", "a.", "com/a")),
    shape("a URL with a long port", |size| url(size, "https://example.com:", "1", "/a")),
    shape("a URL with a long user", |size| url(size, "https://", "a:", "@example.com/a")),
    shape("a URL with many users", |size| url(size, "https://", "a@", "example.com/a")),
    shape("a URL with an address of colons", |size| url(size, "https://[", "1:", "]/a")),
    shape("a URL of colons", |size| url(size, "a", ":", "b")),
    shape("a URL of backslashes", |size| url(size, "https:", "\\", "a")),
    shape("a path of a URL's length", |size| url(size, "./", "a/", "")),
    shape("a name of an image", |size| Input::ImageName(repeated(size, "", "a/", "a"))),
    shape("a name of an image with ports", |size| Input::ImageName(repeated(size, "", "a:1/", "a"))),
    shape("risks of a gate", |size| gate(NO_FACTS.into(), risks(size, |i| format!("example/a:{i}")))),
    shape("risks of one image", |size| gate(NO_FACTS.into(), risks(size, |_| "example/a:1.0".into()))),
    shape("tags of a gate", |size| {
        let open = "{\"image\":\"example/a:1.0\",\"tags\":[";
        gate(joined(size, open, "]}", |i| format!("{{\"name\":\"1.{i}\"}}")), "{}".into())
    }),
    shape("tags with many parts", |size| {
        let open = "{\"image\":\"example/a:1.0\",\"tags\":[";
        let name = |i| format!("{{\"name\":\"{}{i}\"}}", "1.".repeat(60));
        gate(joined(size, open, "]}", name), "{}".into())
    }),
    shape("unknown keys of a policy", |size| {
        gate(NO_FACTS.into(), joined(size, "{", "}", |i| format!("\"max_ag{i}\":0")))
    }),
    shape("files mixed with others", |size| {
        Input::Mix(visible(size / 2, |i| format!("a{i}")), visible(size / 2, |i| format!("b{i}")))
    }),
    shape("files mixed with themselves", |size| {
        Input::Mix(visible(size / 2, |i| format!("a{i}")), visible(size / 2, |i| format!("a{i}")))
    }),
    shape("keys mixed with others", |size| {
        let keys =
            |letter| joined(size / 2, "{\"display_name\":\"x\",", "}", |i| format!("\"{letter}{i}\":0"));
        Input::Mix(keys('a'), keys('b'))
    }),
];

fn url(size: usize, open: &str, piece: &str, close: &str) -> Input {
    Input::Url(repeated(size, open, piece, close))
}

fn gate(facts: String, policy: String) -> Input {
    Input::Gate(facts, policy)
}

fn risks(size: usize, image: impl Fn(usize) -> String) -> String {
    joined(size, "{\"risks\":[", "]}", |i| format!("{{\"image\":\"{}\",\"reason\":\"r{i}\"}}", image(i)))
}

fn visible(size: usize, name: impl Fn(usize) -> String) -> String {
    joined(size, "{\"display_name\":\"x\",\"visible_filenames\":[", "]}", |i| format!("\"{}\"", name(i)))
}
