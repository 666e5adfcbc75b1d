//! A catalogue as data: checked, with its image names resolved, and nothing written yet.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use start_points::check;
use start_points::resolve::{NameParts, ResolveError};
use start_points::{CommitSha, ImageName, Kind, RepoUrl};
use start_points_fetch::source;
use start_points_oci::Created;
use thiserror::Error;

/// Start-points of one kind that are served together. Only `check` creates one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    pub(crate) kind: Kind,
    pub(crate) repositories: Vec<CatalogueRepository>,
}

/// A repository at a revision, with the files that are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRepository {
    /// The source URL.
    pub url: RepoUrl,
    /// The revision of its files.
    pub revision: Revision,
    /// The time of its commit.
    pub committed: Created,
    /// Its start-points, by path.
    pub start_points: Vec<CatalogueStartPoint>,
    /// Every manifest, the files that manifests name, and the files that name their images, by path.
    pub(crate) files: BTreeMap<String, source::FetchedFile>,
}

/// A start-point of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueStartPoint {
    /// The path of its manifest in the repository.
    pub manifest: String,
    /// The members of its display name.
    pub named: NameParts,
    /// Its image name with a tag; `None` for exercises.
    pub image_name: Option<String>,
}

impl Catalogue {
    /// The kind of all its start-points.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Its repositories, in the order of the URLs: the first is `0`.
    #[must_use]
    pub fn repositories(&self) -> &[CatalogueRepository] {
        &self.repositories
    }

    /// All its start-points, in order.
    pub fn start_points(&self) -> impl Iterator<Item = &CatalogueStartPoint> {
        self.repositories.iter().flat_map(|repository| &repository.start_points)
    }

    /// Whether any of it is from a work tree with uncommitted changes.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.repositories.iter().any(|repository| repository.revision.dirty)
    }
}

/// Follows the commit in `sha.txt` and in image tags if the work tree has uncommitted changes.
const DIRTY: &str = "-dirty";

/// A commit, and whether the files differ from it. Written as the sha, with `-dirty` if they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitSha,
    /// Whether the files are of a work tree with uncommitted changes.
    pub dirty: bool,
}

/// A text is not a revision.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a commit sha")]
pub struct RevisionError(String);

impl Revision {
    /// The image tag of this revision: the sha7, with `-dirty` if there are uncommitted changes.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}{}", self.commit.sha7(), self.suffix())
    }

    const fn suffix(&self) -> &'static str {
        if self.dirty { DIRTY } else { "" }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.commit, self.suffix())
    }
}

impl FromStr for Revision {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sha, dirty) = match text.strip_suffix(DIRTY) {
            Some(sha) => (sha, true),
            None => (text, false),
        };
        let wrong = |_| RevisionError(start_points::shown::shown(text).into_owned());
        Ok(Self { commit: sha.parse().map_err(wrong)?, dirty })
    }
}

/// The image name of a start-point with its tag; `None` for exercises. A tag from a dirty work tree ends in `-dirty`,
/// like the tag of the image that is built from it.
pub(crate) fn image_name(
    start_point: &check::StartPoint<'_>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_as_written() {
        let sha = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e";
        for (text, tag) in [(sha.to_owned(), "4edf92a"), (format!("{sha}-dirty"), "4edf92a-dirty")] {
            let revision: Revision = text.parse().unwrap();
            assert_eq!((revision.to_string(), revision.tag()), (text, tag.to_owned()));
        }
        assert_eq!("x\n".parse::<Revision>().unwrap_err().to_string(), "`x\\n` is not a commit sha");
    }
}
