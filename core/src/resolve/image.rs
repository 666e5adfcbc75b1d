//! The image name of a start-point, with its tag: exactly once.

use crate::image_name::{CommitSha, ImageName, ImageNameError};
use crate::kind::{Dialect, Kind};

/// What an image name is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImageNameSource<'a> {
    /// `image_name` of the manifest.
    pub manifest: Option<&'a str>,
    /// `image_name` of `docker/image_name.json`.
    pub docker: Option<&'a str>,
    /// The commit that the start-point came from.
    pub commit: Option<&'a CommitSha>,
    /// The git tag that the source URL names, where it names one.
    pub git_tag: Option<&'a str>,
}

/// Why a start-point has no image name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ResolveError {
    /// Neither the manifest nor `docker/image_name.json` has one.
    #[error("no image name in {expected}")]
    NoImageName {
        /// Where it was looked for.
        expected: &'static str,
    },
    /// The name is not an image reference.
    #[error("`{name}` is not an image name: {error}")]
    Malformed {
        /// The name.
        name: String,
        /// Why.
        #[source]
        error: ImageNameError,
    },
    /// The tag comes from the commit, which is unknown.
    #[error("no commit for the tag of `{name}`")]
    NoCommit {
        /// The untagged name.
        name: String,
    },
    /// A pinned tag differs from the git tag of the source URL (design note 000).
    #[error("image tag `{image_tag}` is not the git tag `{git_tag}`")]
    TagMismatch {
        /// The tag in the manifest.
        image_tag: String,
        /// The tag of the source URL.
        git_tag: String,
    },
}

/// The image name with its tag; `None` for exercises, whose image comes from the start-point they are mixed into.
///
/// A name that has a tag or digest keeps it, so resolving again changes nothing.
///
/// # Errors
/// Where a name is missing or malformed, where the tag has no commit to come from, and where a pinned tag
/// differs from the git tag.
pub fn resolve_image_name(
    kind: Kind,
    dialect: Dialect,
    source: ImageNameSource<'_>,
) -> Result<Option<ImageName>, ResolveError> {
    let manifest = source.manifest.ok_or(ResolveError::NoImageName { expected: "the manifest" });
    let docker = source.docker.ok_or(ResolveError::NoImageName { expected: "docker/image_name.json" });
    match (kind, dialect) {
        (Kind::Exercises, _) => Ok(None),
        (Kind::Custom, _) => {
            let name = parse(manifest?)?;
            if is_tagged(&name) { Ok(Some(name)) } else { tagged(&name, "latest").map(Some) }
        }
        (Kind::Languages, Dialect::Derived) => at_commit(parse(docker?)?, source.commit).map(Some),
        (Kind::Languages, Dialect::Pinned) => {
            let name = parse(manifest?)?;
            match (name.tag(), source.git_tag) {
                (Some(image_tag), Some(git_tag)) if image_tag != git_tag => Err(ResolveError::TagMismatch {
                    image_tag: image_tag.to_owned(),
                    git_tag: git_tag.to_owned(),
                }),
                _ => at_commit(name, source.commit).map(Some),
            }
        }
    }
}

fn at_commit(name: ImageName, commit: Option<&CommitSha>) -> Result<ImageName, ResolveError> {
    if is_tagged(&name) {
        return Ok(name);
    }
    let commit = commit.ok_or_else(|| ResolveError::NoCommit { name: name.to_string() })?;
    Ok(name.with_sha7(commit))
}

fn is_tagged(name: &ImageName) -> bool {
    name.tag().is_some() || name.digest().is_some()
}

fn parse(name: &str) -> Result<ImageName, ResolveError> {
    ImageName::parse(name).map_err(|error| ResolveError::Malformed { name: name.to_owned(), error })
}

fn tagged(name: &ImageName, tag: &str) -> Result<ImageName, ResolveError> {
    name.with_tag(tag).map_err(|error| ResolveError::Malformed { name: name.to_string(), error })
}
