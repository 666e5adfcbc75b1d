//! A source as it was had: from a repository or from an image, with what was noticed on the way.

use start_points::diagnostic::Diagnostic;
use start_points::repo_url::RepoIdentity;
use start_points::{Dialect, Kind, RepoUrl};
use start_points_fetch::source::FetchedContent;
use start_points_fetch::{FetchError, FetchedSource};
use start_points_oci::{Created, Digest};

use crate::revision::Revision;
use crate::rules;

/// A source that was fetched or pulled, or why it was not.
#[derive(Debug)]
pub struct Gathered {
    /// What messages call it: the source URL, or the image's name.
    pub(crate) name: String,
    /// What was noticed, with places from the top of the source.
    pub(crate) found: Vec<Diagnostic>,
    /// What was had.
    pub(crate) had: Option<Had>,
}

/// What was had of a source.
#[derive(Debug)]
pub(crate) struct Had {
    /// What makes two sources one.
    pub(crate) identity: Identity,
    /// Where it comes from; none where it does not say so.
    pub(crate) origin: Option<Origin>,
    /// The git tag that its URL names.
    pub(crate) git_tag: Option<String>,
    /// The kind and the dialect of its start-points, where it says so itself.
    pub(crate) kind: Option<Kind>,
    pub(crate) dialect: Option<Dialect>,
    /// Its files.
    pub(crate) content: FetchedContent,
}

/// Where files come from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) url: RepoUrl,
    pub(crate) revision: Revision,
    pub(crate) committed: Created,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Repository(RepoIdentity),
    Image(Digest),
}

impl From<Result<FetchedSource, FetchError>> for Gathered {
    fn from(fetched: Result<FetchedSource, FetchError>) -> Self {
        let source = match fetched {
            Ok(source) => source,
            Err(error) => {
                let found = vec![rules::unfetched_repository(&error)];
                return Self { name: error.url().to_owned(), found, had: None };
            }
        };
        let FetchedSource { resolved, content, work_tree } = source;
        let name = resolved.url.to_string();
        let noticed = [rules::moved_tag(&resolved), work_tree.as_ref().and_then(rules::uncommitted_changes)];
        let dirty = work_tree.is_some_and(|work_tree| work_tree.is_dirty());
        let origin = Origin {
            url: resolved.url.clone(),
            revision: Revision { commit: resolved.commit.clone(), dirty },
            committed: Created::from_unix(content.committed),
        };
        Self {
            found: noticed.into_iter().flatten().collect(),
            name,
            had: Some(Had {
                identity: Identity::Repository(resolved.url.identity()),
                origin: Some(origin),
                git_tag: resolved.git_tag().map(str::to_owned),
                kind: None,
                dialect: None,
                content,
            }),
        }
    }
}
