//! A catalogue as data: checked, its image names resolved, nothing written yet.

use std::collections::BTreeMap;

use start_points::resolve::Named;
use start_points::{Kind, RepoUrl};
use start_points_fetch::source;
use start_points_oci::Created;

use crate::layout::{self, File};
use crate::revision::Revision;

/// Start-points of one kind that are served together. Only [`check`](crate::check) makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    pub(crate) kind: Kind,
    pub(crate) repositories: Vec<Repository>,
}

/// A repository at a revision, with what of it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The source URL.
    pub url: RepoUrl,
    /// Where its files come from.
    pub revision: Revision,
    /// When its commit was made.
    pub committed: Created,
    /// Its start-points, by path.
    pub start_points: Vec<StartPoint>,
    /// Every manifest, the files those name, and what names their images, by path.
    pub(crate) files: BTreeMap<String, source::FetchedFile>,
}

/// A start-point of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPoint {
    /// Its manifest, from the top of the repository.
    pub manifest: String,
    /// What its name is made from.
    pub named: Named,
    /// Its image with a tag; exercises have none.
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
    pub fn repositories(&self) -> &[Repository] {
        &self.repositories
    }

    /// All its start-points, in order.
    pub fn start_points(&self) -> impl Iterator<Item = &StartPoint> {
        self.repositories.iter().flat_map(|repository| &repository.start_points)
    }

    /// Whether something in it comes from a work tree that differs from its commit.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.repositories.iter().any(|repository| repository.revision.dirty)
    }

    /// Everything that is written of it, by path: relative, with forward slashes, sorted by their bytes.
    ///
    /// The same catalogue has the same files, byte for byte, wherever and whenever it is made.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, File<'_>> {
        layout::files(self)
    }
}
