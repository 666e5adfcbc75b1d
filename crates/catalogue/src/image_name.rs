//! The image name of a start-point, with its tag, whether it was just fetched or is in a catalogue.

use start_points::ImageName;
use start_points::Kind;
use start_points::check::StartPoint;
use start_points::resolve::ResolveError;

use crate::revision::Revision;

/// The image name; `None` for exercises. One that takes its tag from a dirty work tree says so, as the image does that
/// was built from it.
pub(crate) fn resolved(
    start_point: &StartPoint<'_>,
    git_tag: Option<&str>,
    revision: Option<&Revision>,
) -> Result<Option<String>, ResolveError> {
    let commit = revision.map(|revision| &revision.commit);
    let Some(name) = start_point.image_name(commit, git_tag)? else { return Ok(None) };
    let is_untagged = |text: &str| {
        ImageName::parse(text).is_ok_and(|written| written.tag().is_none() && written.digest().is_none())
    };
    let is_from_work_tree = || start_point.written_image_name().is_some_and(|written| is_untagged(&written));
    match revision.filter(|revision| revision.dirty && start_point.kind == Kind::Languages) {
        Some(revision) if is_from_work_tree() => {
            let shown = name.to_string();
            let tagged = name.with_tag(&revision.tag());
            tagged
                .map(|name| Some(name.to_string()))
                .map_err(|error| ResolveError::Malformed { name: shown, error })
        }
        _ => Ok(Some(name.to_string())),
    }
}
