//! The rules about sources, which are the engine's, as errors and facts of sources call them.

use start_points::ImageName;
use start_points::diagnostic::Diagnostic;
use start_points::rules::{moved_tag as moved, uncommitted_changes as uncommitted};
use start_points::rules::{unfetched_repository as unfetched, unpulled_image as unpulled};
use start_points_fetch::local::WorkTreeState;
use start_points_fetch::{FetchError, ResolvedUrl};
use start_points_oci::{Digest, OciError};

pub(crate) use start_points::rules::malformed_source_image::diagnose as malformed_source_image;
pub(crate) use start_points::rules::repeated_source::diagnose as repeated_source;
pub(crate) use start_points::rules::reserved_filename::diagnose as reserved_filename;
pub(crate) use start_points::rules::unresolved_image_name::diagnose as unresolved_image_name;

pub(crate) fn unfetched_repository(error: &FetchError) -> Diagnostic {
    unfetched::diagnose(&error.kind().to_string(), error.hint())
}

pub(crate) fn unpulled_image(error: &OciError) -> Diagnostic {
    unpulled::diagnose(&error.kind().to_string(), error.hint())
}

pub(crate) fn moved_image_tag(name: &ImageName, was: &Digest, is: &Digest) -> Diagnostic {
    moved::diagnose_image_tag(name, was.as_str(), is.as_str())
}

pub(crate) fn moved_tag(resolved: &ResolvedUrl) -> Option<Diagnostic> {
    let (tag, last) = (resolved.git_tag()?, resolved.moved_from.as_ref()?);
    Some(moved::diagnose_git_tag(tag, last, &resolved.commit))
}

pub(crate) fn uncommitted_changes(work_tree: &WorkTreeState) -> Option<Diagnostic> {
    let first = work_tree.changed.first().map(String::as_str).unwrap_or_default();
    uncommitted::diagnose(work_tree.changes, first, work_tree.taken)
}
