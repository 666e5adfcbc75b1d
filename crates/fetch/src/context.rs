//! What all work of one run shares: git, the cache, the options, and who watches.

use std::num::NonZeroUsize;

use start_points::RepoUrl;

use crate::cache::CommitCache;
use crate::error::FetchErrorKind;
use crate::git::Git;
use crate::local;

/// How source URLs are turned into files.
#[derive(Debug, Clone, Copy)]
pub struct FetchOptions {
    /// How many repositories are worked on at once.
    pub jobs: NonZeroUsize,
    /// Whether the cache alone is used, and no connection made. Repositories on this machine are read.
    pub offline: bool,
    /// Whether the work tree of a local repository is taken, where its URL names no tag.
    pub work_tree: bool,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self { jobs: NonZeroUsize::MIN.saturating_add(15), offline: false, work_tree: false }
    }
}

/// What every piece of work needs.
#[derive(Debug)]
pub(crate) struct FetchContext {
    pub(crate) git: Git,
    pub(crate) cache: CommitCache,
    pub(crate) options: FetchOptions,
}

/// A step of one source URL. Steps of several come mixed, from several threads.
#[derive(Debug, Clone, Copy)]
pub struct FetchProgress<'a> {
    /// Its place among those that were asked for.
    pub index: usize,
    /// The source URL.
    pub url: &'a RepoUrl,
    /// What begins, or how it ended.
    pub step: FetchStep,
}

/// What begins, or how it ended. Every URL ends with `Done` or `Failed`, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchStep {
    /// It is asked which commit is meant.
    Resolving,
    /// The commit is fetched.
    Fetching,
    /// It is there.
    Done,
    /// It could not be had.
    Failed,
}

/// Told of every step.
pub type FetchWatch<'a> = &'a (dyn Fn(FetchProgress<'_>) + Sync);

/// Nobody watches.
pub fn unwatched(_: FetchProgress<'_>) {}

/// What a repository is called in the cache, however it is reached and from wherever.
pub(crate) fn repository(url: &RepoUrl) -> Result<String, FetchErrorKind> {
    match url.is_local() {
        true => Ok(local::folder(url)?.display().to_string()),
        false => Ok(url.identity().repository),
    }
}
