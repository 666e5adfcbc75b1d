//! A text of as many bytes as are taken, with as many faults as they can hold: what is not shown is not built.

use std::process;

use start_points::check::{CheckOptions, Checker};
use start_points::json::MAX_BYTES;
use start_points::render;
use start_points_testing::{in_own_process, memory_kb};

/// Of a tree, a report and the allocator together; a diagnostic for each of the faults takes more than twice as much.
const MOST_KB: u64 = 56 << 10;

#[test]
fn a_million_faults_take_no_more_than_the_tree() {
    in_own_process("check_memory::a_million_faults_take_no_more_than_the_tree", check_all).unwrap();
}

/// The largest first: the highest memory of a process never falls.
fn check_all() {
    for (key, piece) in [
        ("visible_filenames", "[[[1]]]"),
        ("visible_filenames", "1"),
        ("hidden_filenames", "\"\\u0000\""),
        ("visible_filenames", "{\"a\":1}"),
        ("filename_extension", "\"\""),
        ("hidden_filenames", "\"(\""),
    ] {
        let room = MAX_BYTES - key.len() - piece.len() - 16;
        let text = format!("{{\"{key}\":[{}{piece}]}}", format!("{piece},").repeat(room / (piece.len() + 1)));
        let before = memory_kb(process::id(), "VmRSS").unwrap();
        let mut checker = Checker::new();
        checker.text(None, "manifest.json", text.as_bytes(), &CheckOptions::default());
        let output = checker.finish(&|_| None);
        let report = render::json(&output.report, &output.sources);
        assert!(report.contains("too-many-faults"), "{key} of {piece}");
        assert!(report.len() < MAX_BYTES, "{key} of {piece}: {} bytes", report.len());
        let grown = memory_kb(process::id(), "VmHWM").unwrap().saturating_sub(before);
        assert!(grown < MOST_KB, "{key} of {piece}: {grown} kB");
    }
}
