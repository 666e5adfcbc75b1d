//! Every fix of every conformance case mends its fault and brings no other.

use std::collections::BTreeSet;

use start_points::Report;
use start_points::check::{Tree, check_tree};
use start_points::diagnostic::Diagnostic;
use start_points::files::FileEntry;
use start_points::fix::Changes;
use start_points::rule::Severity;
use start_points_testing::cases;

/// The tree after all that was chosen has been written.
fn mended(tree: &Tree, changes: &Changes) -> Tree {
    let mut mended = tree.clone();
    for path in changes.paths() {
        let old = match tree.get(path) {
            Some(FileEntry::Content(bytes)) => bytes.as_slice(),
            None => &[],
            Some(other) => panic!("{path}: a fix of {other:?}"),
        };
        mended.insert(path.to_string(), FileEntry::Content(changes.apply(path, old)));
    }
    mended
}

fn errors(report: &Report) -> BTreeSet<(&str, String)> {
    let errors = report.diagnostics().iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| (found.rule.id, found.pointer.as_str().to_owned())).collect()
}

#[test]
fn a_fix_mends_its_fault_and_brings_no_error() {
    let mut tried = 0;
    for case in cases().expect("cases") {
        let report = case.check().report;
        for found in report.diagnostics().iter().filter(|found| !found.fixes.is_empty()) {
            let tree = mended(&case.tree, &Changes::choose([found], true));
            let after = check_tree(&tree, &case.options).report;
            let count = |report: &Report| {
                let same = |other: &&Diagnostic| other.rule == found.rule;
                report.diagnostics().iter().filter(same).count()
            };
            assert!(count(&after) < count(&report), "{}: {}", case.path(), found.message);
            let new: Vec<_> = errors(&after).difference(&errors(&report)).cloned().collect();
            assert!(new.is_empty(), "{}: {} brings {new:?}", case.path(), found.message);
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn after_the_safe_fixes_of_a_case_there_are_none_left() {
    for case in cases().expect("cases") {
        let mut tree = case.tree.clone();
        for _ in 0..4 {
            let report = check_tree(&tree, &case.options).report;
            tree = mended(&tree, &Changes::choose(report.diagnostics(), false));
        }
        let report = check_tree(&tree, &case.options).report;
        let left = Changes::choose(report.diagnostics(), false).fixes();
        assert_eq!(left, 0, "{}", case.path());
    }
}
