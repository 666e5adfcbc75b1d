//! Checking a tree of files that is in memory: a dropped folder, an unpacked archive, a conformance case.

use super::checker::{CheckOutput, Checker};
use super::options::CheckOptions;
use crate::files::Entry;
use crate::layout;
use crate::order::sorted;
use crate::text_map::TextMap;

/// Files by path, relative to the top of the tree, with forward slashes.
pub type Tree = TextMap<Entry>;

/// Checks every manifest and docker folder of a tree, and the manifests of each kind together.
#[must_use]
pub fn check_tree(tree: &Tree, options: &CheckOptions) -> CheckOutput {
    let mut checker = Checker::new();
    let mut is_empty = true;
    for (path, _) in tree.iter().filter(|(path, _)| layout::is_manifest(path)) {
        is_empty &= !checker.manifest(tree, path, true, options);
    }
    let mut dockers =
        sorted(tree.iter().filter_map(|(path, _)| layout::docker_of_file(path)).collect(), Ord::cmp);
    dockers.dedup();
    for folder in dockers {
        is_empty = false;
        checker.docker(tree, folder, options);
    }
    if is_empty {
        checker.no_manifest(".", options);
    }
    checker.finish(&|path| match tree.get(path)? {
        Entry::Content(bytes) => Some(bytes.clone()),
        Entry::Size(_) | Entry::Other(_) => None,
    })
}
