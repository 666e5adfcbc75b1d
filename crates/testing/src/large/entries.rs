//! Arrays with many entries: file names, extensions, values of the wrong type.

use start_points::files::FileEntry;

use super::input::{Input, LargeShape, joined, list, repeated, shape};

pub(super) const SHAPES: &[LargeShape] = &[
    shape("visible files that exist", |size| {
        let input = list(size, "visible_filenames", |i| format!("\"f{i}.txt\""));
        beside(input, size / 13, |i| format!("f{i}.txt"))
    }),
    shape("visible files that are missing", |size| list(size, "visible_filenames", |i| format!("\"f{i}\""))),
    shape("missing files beside others", |size| {
        let input = list(size, "visible_filenames", |i| format!("\"missing_{i}\""));
        beside(input, size / 20, |i| format!("present_{i}.txt"))
    }),
    shape("missing files beside long names", |size| {
        let input = list(size / 2, "visible_filenames", |i| format!("\"missing_{i}\""));
        beside(input, size / 400, |i| format!("{}{i}", "p".repeat(200)))
    }),
    shape("missing files near to others", |size| {
        let input = list(size, "visible_filenames", |i| format!("\"hiker_{i}.pi\""));
        beside(input, size / 20, |i| format!("hiker_{i}.py"))
    }),
    shape("one visible file", |size| list(size, "visible_filenames", |_| "\"f\"".into())),
    shape("visible files, each twice", |size| list(size, "visible_filenames", |i| format!("\"f{}\"", i / 2))),
    shape("names that lead out", |size| list(size, "visible_filenames", |i| format!("\"../f{i}\""))),
    shape("one name that leads out", |size| one_name(size, "../")),
    shape("names with dots", |size| list(size, "visible_filenames", |i| format!("\"./a/./f{i}\""))),
    shape("one name with dots", |size| one_name(size, "./a/")),
    shape("one name with empty segments", |size| one_name(size, "//")),
    shape("one deep name", |size| one_name(size, "a/")),
    shape("one long name", |size| one_name(size, "a")),
    shape("deep names", |size| list(size, "visible_filenames", |i| format!("\"{}{i}\"", "a/".repeat(200)))),
    shape("long names", |size| list(size, "visible_filenames", |i| format!("\"{}{i}\"", "a".repeat(1_000)))),
    shape("names that differ in case", |size| {
        list(size, "visible_filenames", |i| format!("\"{}{}\"", if i % 2 == 0 { "F" } else { "f" }, i / 2))
    }),
    shape("names of devices", |size| list(size, "visible_filenames", |i| format!("\"con.{i}\""))),
    shape("names with backslashes", |size| list(size, "visible_filenames", |i| format!("\"a\\\\b:{i}?\""))),
    shape("names of folders", |size| list(size, "visible_filenames", |i| format!("\"f{i}/\""))),
    shape("names with control characters", |size| {
        list(size, "visible_filenames", |i| format!("\"\\u0001{i}\""))
    }),
    shape("names with NUL", |size| list(size, "visible_filenames", |i| format!("\"\\u0000{i}\""))),
    shape("empty names", |size| list(size, "visible_filenames", |_| "\"\"".into())),
    shape("highlights that are not visible", |size| {
        let entry = |i| format!("\"unlisted_{i}\"");
        highlights(size, |i| format!("\"visible_{i}\""), entry)
    }),
    shape("highlights near to what is visible", |size| {
        highlights(size, |i| format!("\"hiker_{i}.py\""), |i| format!("\"hiker_{i}.pi\""))
    }),
    shape("highlights that are visible", |size| {
        highlights(size, |i| format!("\"f{i}\""), |i| format!("\"f{i}\""))
    }),
    shape("extensions without a dot", |size| list(size, "filename_extension", |i| format!("\"e{i}\""))),
    shape("one extension", |size| list(size, "filename_extension", |_| "\".py\"".into())),
    shape("bare dots", |size| list(size, "filename_extension", |_| "\".\"".into())),
    shape("hidden names, one again and again", |size| list(size, "hidden_filenames", |_| "\"a\"".into())),
    shape("many progress expressions", |size| list(size, "progress_regexs", |i| format!("\"a{i}\""))),
    shape("numbers in place of names", |size| list(size, "visible_filenames", |_| "1".into())),
    shape("arrays in place of names", |size| list(size, "visible_filenames", |_| "[[[1]]]".into())),
    shape("objects in place of names", |size| list(size, "visible_filenames", |_| "{\"a\":1}".into())),
    shape("numbers with exponents", |size| list(size, "hidden_filenames", |_| "1.5e999".into())),
];

/// Adds files beside the manifest of an input.
fn beside(mut input: Input, count: usize, name: impl Fn(usize) -> String) -> Input {
    if let Input::Tree(tree, _) = &mut input {
        for index in 0..count {
            tree.insert(name(index), FileEntry::Size(1));
        }
    }
    input
}

fn one_name(size: usize, piece: &str) -> Input {
    super::input::manifest(repeated(size, "{\"visible_filenames\":[\"", piece, "\"]}"))
}

fn highlights(size: usize, visible: impl Fn(usize) -> String, highlight: impl Fn(usize) -> String) -> Input {
    let visible = joined(size / 2, "{\"visible_filenames\":[", "],", visible);
    let highlights = joined(size / 2, "\"highlight_filenames\":[", "]}", highlight);
    super::input::manifest(visible + &highlights)
}
