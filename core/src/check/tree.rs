//! Checks in one call: of a tree of files in memory (a dropped folder, an unpacked archive, a conformance case), and of
//! display names alone.

use super::checker::{CheckOutput, Checker};
use super::manifest::CheckOptions;
use super::names::{Listed, check_catalogue};
use crate::files::{Entry, FileSet, Other, Tree};
use crate::json::MAX_BYTES;
use crate::layout;
use crate::levels::Levels;
use crate::order::sorted;

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

/// The report on start-points taken together, in the order of their catalogue: those `listed` of this many `manifests`.
/// `text` answers the text of a manifest.
#[must_use]
pub fn check_names(
    listed: &[Listed],
    manifests: usize,
    levels: &Levels,
    text: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> CheckOutput {
    let mut checker = Checker::new();
    let options = CheckOptions { levels: levels.clone(), ..CheckOptions::default() };
    for fault in check_catalogue(listed) {
        checker.push_with(fault, &options, text);
    }
    checker.finish_counted(manifests)
}
