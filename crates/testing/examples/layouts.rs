//! Random layouts as lines of JSON, each with the engine's report: what Node and Python are held to.

#![allow(clippy::print_stdout, reason = "it prints them")]

use std::collections::BTreeMap;

use serde_json::json;
use start_points::check::check_tree;
use start_points::files::FileEntry;
use start_points::render;
use start_points_testing::layouts;

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    for layout in layouts(count) {
        let files: BTreeMap<&str, String> = layout
            .files
            .iter()
            .map(|(path, entry)| match entry {
                FileEntry::Content(bytes) => (&**path, String::from_utf8_lossy(bytes).into_owned()),
                FileEntry::Size(_) | FileEntry::Other(_) => (&**path, String::new()),
            })
            .collect();
        let output = check_tree(&layout.files, &layout.options);
        let line = json!({
            "files": files,
            "kind": layout.options.kind.map(start_points::Kind::as_str),
            "dialect": layout.options.dialect.as_str(),
            "report": render::json(&output.report, &output.sources),
        });
        println!("{line}");
    }
}
