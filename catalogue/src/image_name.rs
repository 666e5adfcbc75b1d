//! The image name of a start-point, with its tag, whether it was just fetched or lies in a folder.

use start_points::resolve::{ImageNameSource, ResolveError, resolve_image_name};
use start_points::{Dialect, ImageName, Kind};

use crate::revision::Revision;

/// What an image name is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ImageSource<'a> {
    /// `image_name` of the manifest.
    pub(crate) manifest: Option<&'a str>,
    /// `image_name` of `docker/image_name.json`.
    pub(crate) docker: Option<&'a str>,
    /// The git tag that the source URL names.
    pub(crate) git_tag: Option<&'a str>,
    /// Where the start-point comes from.
    pub(crate) revision: Option<&'a Revision>,
}

/// The image name; none for exercises. One that takes its tag from a dirty work tree says so, as the image does that
/// was built from it.
pub(crate) fn resolved(
    kind: Kind,
    dialect: Dialect,
    from: ImageSource<'_>,
) -> Result<Option<String>, ResolveError> {
    let commit = from.revision.map(|revision| &revision.commit);
    let source =
        ImageNameSource { manifest: from.manifest, docker: from.docker, commit, git_tag: from.git_tag };
    let Some(name) = resolve_image_name(kind, dialect, source)? else { return Ok(None) };
    let written = match (kind, dialect) {
        (Kind::Languages, Dialect::Derived) => from.docker,
        _ => from.manifest,
    };
    let untagged = |text: &str| {
        ImageName::parse(text).is_ok_and(|written| written.tag().is_none() && written.digest().is_none())
    };
    match from.revision.filter(|revision| revision.dirty && kind == Kind::Languages) {
        Some(revision) if written.is_some_and(untagged) => {
            let shown = name.to_string();
            let tagged = name.with_tag(&revision.tag());
            tagged
                .map(|name| Some(name.to_string()))
                .map_err(|error| ResolveError::Malformed { name: shown, error })
        }
        _ => Ok(Some(name.to_string())),
    }
}
