//! Checking a tree of files that is in memory: a dropped folder, an unpacked archive, a conformance case.

use super::checker::{CheckOutput, Checker};
use super::file_set::FileSet;
use super::options::CheckOptions;
use crate::files::{Entry, Other};
use crate::json::MAX_BYTES;
use crate::layout;
use crate::order::sorted;
use crate::text_map::TextMap;

/// Files by path, relative to the top of the tree, with forward slashes.
pub type Tree = TextMap<Entry>;

/// Checks every manifest and docker folder of a tree, and the manifests of each kind together.
#[must_use]
pub fn check_tree(tree: &Tree, options: &CheckOptions) -> CheckOutput {
    let paths: Vec<&str> = tree.iter().map(|(path, _)| &**path).collect();
    check_set(tree, &paths, options)
}

/// The same for any set of files, of which these are the paths.
#[must_use]
pub fn check_set(set: &dyn FileSet, paths: &[&str], options: &CheckOptions) -> CheckOutput {
    let mut checker = Checker::new();
    let mut is_empty = true;
    for path in paths.iter().filter(|path| layout::is_manifest(path)) {
        is_empty &= !checker.manifest(set, path, true, options);
    }
    let folders = paths.iter().filter_map(|path| layout::docker_of_file(path));
    let mut dockers = sorted(folders.collect(), Ord::cmp);
    dockers.dedup();
    for folder in dockers {
        is_empty = false;
        checker.docker(set, folder, options);
    }
    for path in paths {
        if let Some(Entry::Other(Other::Submodule)) = set.entry(path, None, 0) {
            is_empty &= !checker.submodule(set, path, options);
        }
    }
    if is_empty {
        checker.no_manifest(".", options);
    }
    checker.finish(&|path| match set.entry(path, None, MAX_BYTES)? {
        Entry::Content(bytes) => Some(bytes),
        Entry::Size(_) | Entry::Other(_) => None,
    })
}
