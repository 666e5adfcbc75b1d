//! Checking: a manifest, the docker folder of a repository, and a catalogue of many.
//!
//! [`StartPoint`] decides what a manifest is; [`Checker`] checks many of them. A front hands both a [`FileSet`].

mod checker;
mod manifest;
mod names;
mod run_rules;
mod start_point;

pub use checker::{CheckOutput, Checker};
pub use manifest::{CheckOptions, Manifest};
pub use names::{Listed, check_catalogue};
pub use run_rules::{check_docker, check_manifest};
pub use start_point::StartPoint;

pub use crate::docker_folder::{Docker, SourceFile};
pub use crate::files::{FileSet, Tree};
pub use crate::rules::context::ManifestContext;
pub use crate::rules::no_manifest::no_manifest;
pub use crate::rules::similar_display_name::fold as alike;
pub use crate::rules::unreadable::unreadable;

use crate::files::{FileEntry, NonRegular};
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
        if let Some(FileEntry::Other(NonRegular::Submodule)) = set.entry(path, None, 0) {
            is_empty &= !checker.submodule(set, path, options);
        }
    }
    if is_empty {
        checker.no_manifest(".", options);
    }
    checker.finish(&|path| match set.entry(path, None, MAX_BYTES)? {
        FileEntry::Content(bytes) => Some(bytes),
        FileEntry::Size(_) | FileEntry::Other(_) => None,
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
