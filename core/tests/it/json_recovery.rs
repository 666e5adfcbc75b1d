//! A fault of the text and a fault of its meaning, anywhere in a manifest: one run reports both.

use start_points::Kind;
use start_points_testing::made_start_points;

/// A manifest on many lines.
const MADE: &str = r#"{
  "display_name": "C (gcc), assert",
  "image_name": "cyberdojofoundation/gcc_assert:1234567",
  "visible_filenames": [
    "hiker.c",
    "test_hiker.c",
    "cyber-dojo.sh"
  ],
  "filename_extension": [ ".c", ".h" ],
  "tab_size": 4,
  "max_seconds": 10
}
"#;

#[test]
fn a_broken_text_and_a_broken_meaning_are_reported_together() {
    let made = made_start_points(Kind::Languages).into_iter();
    let mut manifests: Vec<String> = made.filter_map(|made| String::from_utf8(made.manifest).ok()).collect();
    manifests.push(MADE.to_owned());
    crate::support::breakage::assert_both_are_reported(&manifests);
}
