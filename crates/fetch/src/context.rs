//! What the work on all URLs of a run shares: git, the cache, the options and the progress.

use std::num::NonZeroUsize;

use start_points::RepoUrl;

use crate::cache::CommitCache;
use crate::error::FetchErrorKind;
use crate::git::Git;
use crate::local;

/// How source URLs are fetched.
#[derive(Debug, Clone, Copy)]
pub struct FetchOptions {
    /// How many repositories are fetched at once.
    pub jobs: NonZeroUsize,
    /// Whether only the cache and local repositories are read, without any connection.
    pub offline: bool,
    /// Whether a local URL without a tag means the work tree, not its commit.
    pub work_tree: bool,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self { jobs: NonZeroUsize::MIN.saturating_add(15), offline: false, work_tree: false }
    }
}

/// What every function that fetches needs.
#[derive(Debug)]
pub(crate) struct FetchContext {
    pub(crate) git: Git,
    pub(crate) cache: CommitCache,
    pub(crate) options: FetchOptions,
}

/// A step of one source URL. Several threads report the steps of several URLs in any order.
#[derive(Debug, Clone, Copy)]
pub struct FetchProgress<'a> {
    /// The index of the URL in the request.
    pub index: usize,
    /// The source URL.
    pub url: &'a RepoUrl,
    /// The step.
    pub step: FetchStep,
}

/// A step of a fetch. The last one of every URL is `Done` or `Failed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchStep {
    /// Resolving the URL to a commit.
    Resolving,
    /// Fetching the commit.
    Fetching,
    /// The fetch succeeded.
    Done,
    /// The fetch failed.
    Failed,
}

/// Called for every step.
pub type FetchWatch<'a> = &'a (dyn Fn(FetchProgress<'_>) + Sync);

/// Ignores all progress.
pub fn unwatched(_: FetchProgress<'_>) {}

/// The name of a repository in the cache, the same for every spelling of its URL.
pub(crate) fn repository_key(url: &RepoUrl) -> Result<String, FetchErrorKind> {
    if url.is_local() {
        return Ok(local::folder(url)?.display().to_string());
    }
    Ok(url.identity().repository)
}
