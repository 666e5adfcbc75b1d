//! Fixes: each mends its fault, changes the bytes it must and no others, and none gets in the way of another.

mod choosing;
mod content;
mod formatting;
mod repository;

use start_points::check::Tree;
use start_points::files::FileEntry;
use start_points::fix::Changes;
use start_points::{Dialect, Kind};

use crate::support::{alone, apply, found, mend, options, rules, text};

/// A languages manifest in the pinned dialect with these members after the first three.
fn pinned(members: &str) -> String {
    format!(
        "{{\n  \"display_name\": \"é\",\n  \"image_name\": \"x/y:1\",\n  \"filename_extension\": \".c\",\n  {members}\n}}\n"
    )
}

const VISIBLE: &str = "\"visible_filenames\": [\"cyber-dojo.sh\"]";

/// All faults of a rule: fixed in one round, and nothing of that rule is left. Answers the mended tree.
fn mended(mut tree: Tree, kind: Kind, dialect: Dialect, rule: &str, unsafe_too: bool) -> Tree {
    let options = options(kind, dialect);
    let mut diagnostics = found(&tree, &options);
    diagnostics.retain(|found| found.rule.id == rule);
    assert!(!diagnostics.is_empty(), "{rule}");
    if unsafe_too {
        assert_eq!(Changes::choose(&diagnostics, false).fixes(), 0, "not made without a look");
    }
    assert_eq!(apply(&mut tree, &Changes::choose(&diagnostics, unsafe_too)), diagnostics.len());
    let left = rules(&tree, &options);
    assert!(!left.contains(&rule), "{left:?}");
    tree
}

/// The same for a manifest alone: `before` becomes `after`, to the byte.
#[track_caller]
fn becomes(before: &str, after: &str, rule: &str, unsafe_too: bool) {
    let tree = alone(before, &["cyber-dojo.sh", "a", "b"]);
    let mended = mended(tree, Kind::Languages, Dialect::Pinned, rule, unsafe_too);
    assert_eq!(text(&mended, "manifest.json"), after);
}

#[test]
fn the_dot_is_added_to_an_extension() {
    let before = pinned(VISIBLE).replace("\".c\"", "\"c\"");
    becomes(&before, &pinned(VISIBLE), "dotless-extension", false);
    let before = pinned(VISIBLE).replace("\".c\"", "[ \"c\",\".h\" , \"\\u0063pp\"]");
    let after = pinned(VISIBLE).replace("\".c\"", "[ \".c\",\".h\" , \".\\u0063pp\"]");
    becomes(&before, &after, "dotless-extension", false);
}

#[test]
fn a_byte_order_mark_is_removed() {
    becomes(&format!("\u{feff}{}", pinned(VISIBLE)), &pinned(VISIBLE), "invalid-json", false);
}

#[test]
fn a_trailing_comma_is_removed() {
    for (before, after) in [
        ("[\"cyber-dojo.sh\",]", "[\"cyber-dojo.sh\"]"),
        ("[\"cyber-dojo.sh\" ,\t\r\n ]", "[\"cyber-dojo.sh\" \t\r\n ]"),
        ("[\"cyber-dojo.sh\"],", "[\"cyber-dojo.sh\"]"),
    ] {
        let with = |value: &str| pinned(&format!("\"visible_filenames\": {value}"));
        becomes(&with(before), &with(after), "invalid-json", false);
    }
}

#[test]
fn a_quoted_integer_loses_its_quotes() {
    for key in ["tab_size", "max_seconds"] {
        let with = |value: &str| pinned(&format!("\"{key}\" :{value},{VISIBLE}"));
        becomes(&with("\"4\""), &with("4"), "wrong-type", false);
        becomes(&with("\"\\u0034\""), &with("4"), "wrong-type", false);
    }
}

#[test]
fn a_whole_number_loses_its_point_and_exponent() {
    for spelling in ["4.0", "4.000", "4e0", "0.4E1", "40e-1"] {
        let with = |value: &str| pinned(&format!("\"tab_size\":  {value} ,{VISIBLE}"));
        becomes(&with(spelling), &with("4"), "wrong-type", false);
    }
}

#[test]
fn a_mistyped_key_is_renamed_when_asked_for() {
    let with = |key: &str| pinned(&format!("{key}: 4, {VISIBLE}"));
    becomes(&with("\"tabsize\""), &with("\"tab_size\""), "unknown-key", true);
    becomes(&with("\"tab\\u002dsize\""), &with("\"tab_size\""), "unknown-key", true);
}

/// Each alone is right; both together would make a duplicate key.
#[test]
fn two_keys_mistyped_for_one_do_not_become_a_duplicate() {
    let before = pinned(&format!("\"tabsize\": 4, \"tab_sise\": 4, {VISIBLE}"));
    let mut tree = alone(&before, &["cyber-dojo.sh"]);
    mend(&mut tree, &options(Kind::Languages, Dialect::Pinned), true);
    assert!(!rules(&tree, &options(Kind::Languages, Dialect::Pinned)).contains(&"duplicate-key"));
}

#[test]
fn the_slashes_of_an_expression_are_removed_when_asked_for() {
    let with = |value: &str| pinned(&format!("\"progress_regexs\": [{value}], {VISIBLE}"));
    becomes(&with(r#""/a\\d/", "/\"é\"/i""#), &with(r#""a\\d", "(?i)\"é\"""#), "slashed-regex", true);
}

#[test]
fn the_last_line_of_a_file_is_ended() {
    let mut files = alone(&pinned("\"visible_filenames\": [\"cyber-dojo.sh\", \"sub/x.txt\"]"), &[]);
    for name in ["cyber-dojo.sh", "sub/x.txt"] {
        files.insert(name.to_owned(), FileEntry::Content(b"one\ntw\xc3\xb6".to_vec()));
    }
    let mended = mended(files, Kind::Languages, Dialect::Pinned, "no-final-newline", false);
    assert_eq!(crate::support::content(&mended, "cyber-dojo.sh"), b"one\ntw\xc3\xb6\n");
    assert_eq!(crate::support::content(&mended, "sub/x.txt"), b"one\ntw\xc3\xb6\n");
    assert!(text(&mended, "manifest.json").contains("sub/x.txt"));
}

/// One line, many lines, commas in front, tabs, no white space, CRLF; one, several, neighbours, all.
#[test]
fn duplicate_entries_are_removed_in_every_layout() {
    for (before, after) in [
        (r#"["cyber-dojo.sh","cyber-dojo.sh"]"#, r#"["cyber-dojo.sh"]"#),
        (r#"["a", "cyber-dojo.sh", "a", "a"]"#, r#"["a", "cyber-dojo.sh"]"#),
        (r#"[ "a", "a", "a", "cyber-dojo.sh" ]"#, r#"[ "a", "cyber-dojo.sh" ]"#),
        (r#"["a","a","b","b","cyber-dojo.sh","a"]"#, r#"["a","b","cyber-dojo.sh"]"#),
        (
            "[\n    \"a\",\n    \"b\",\n    \"a\",\n    \"cyber-dojo.sh\",\n    \"b\"\n  ]",
            "[\n    \"a\",\n    \"b\",\n    \"cyber-dojo.sh\"\n  ]",
        ),
        (
            "[ \"a\"\r\n  , \"a\"\r\n  , \"cyber-dojo.sh\"\r\n  , \"a\"\r\n  ]",
            "[ \"a\"\r\n  , \"cyber-dojo.sh\"\r\n  ]",
        ),
        ("[\t\"a\"\t,\t\"\\u0061\"\t,\"cyber-dojo.sh\"\t]", "[\t\"a\"\t,\"cyber-dojo.sh\"\t]"),
    ] {
        let with = |value: &str| pinned(&format!("\"visible_filenames\":{value}"));
        becomes(&with(before), &with(after), "duplicate-entry", false);
    }
}

#[test]
fn duplicates_of_several_keys_are_removed_in_one_round() {
    let members = |again: &str, highlight: &str, regex: &str| {
        format!(
            "\"visible_filenames\": [\"cyber-dojo.sh\"{again}], \"highlight_filenames\": [\"cyber-dojo.sh\"{highlight}], \
             \"hidden_filenames\": [\"a\", \"b\"{regex}]"
        )
    };
    let before = members(", \"cyber-dojo.sh\"", ", \"cyber-dojo.sh\"", ", \"a\", \"b\"");
    becomes(&pinned(&before), &pinned(&members("", "", "")), "duplicate-entry", false);
}
