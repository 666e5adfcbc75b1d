//! Source URLs become commits and files: the one thing that fronts use.

use std::num::NonZeroUsize;
use std::sync::Arc;

use start_points::RepoUrl;
use start_points_io::{BlobCache, parallel};

use crate::batch::Batch;
use crate::cache::CommitCache;
use crate::cause::Cause;
use crate::error::FetchError;
use crate::git::Git;
use crate::local::WorkTree;
use crate::progress::{Progress, Step, Watch};
use crate::remote::{Resolved, Tips};
use crate::source::Content;
use crate::urls::Newer;

/// How source URLs are turned into files.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many repositories are worked on at once.
    pub jobs: NonZeroUsize,
    /// Whether the cache alone is used, and no connection made. Repositories on this machine are read.
    pub offline: bool,
    /// Whether the work tree of a local repository is taken, where its URL names no tag.
    pub work_tree: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { jobs: NonZeroUsize::MIN.saturating_add(15), offline: false, work_tree: false }
    }
}

/// The files that a source URL leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The commit, and what names it.
    pub resolved: Resolved,
    /// The files.
    pub content: Content,
    /// For a local repository with a work tree: how that differs, and whether it was taken.
    pub work_tree: Option<WorkTree>,
}

/// Turns source URLs into commits and files.
#[derive(Debug)]
pub struct Fetcher {
    pub(crate) git: Git,
    pub(crate) cache: CommitCache,
    pub(crate) options: Options,
}

impl Fetcher {
    /// With this git, cache and options.
    #[must_use]
    pub fn new(git: Git, cache: BlobCache, options: Options) -> Self {
        Self { git, cache: CommitCache::new(cache), options }
    }

    /// The cache.
    #[must_use]
    pub fn cache(&self) -> &BlobCache {
        self.cache.blobs()
    }

    /// The git program.
    #[must_use]
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Which commits the URLs mean, in their order. Every repository is asked once, however many URLs name it.
    #[must_use]
    pub fn resolve_all(&self, urls: &[RepoUrl], watch: Watch<'_>) -> Vec<Result<Resolved, FetchError>> {
        let batch = Batch::new(self, urls);
        self.each(urls, watch, |url, _| batch.resolve(url))
    }

    /// The files that the URLs lead to, in their order; those that are in the cache are not fetched.
    #[must_use]
    pub fn fetch_all(&self, urls: &[RepoUrl], watch: Watch<'_>) -> Vec<Result<Source, FetchError>> {
        let batch = Batch::new(self, urls);
        let sources = self.each(urls, watch, |url, fetching| batch.source(url, fetching));
        // What does not fit today is tried again next time.
        let _ = self.cache.blobs().trim();
        sources
    }

    /// What the references of the URLs' repositories name, in the order of the URLs.
    #[must_use]
    pub fn tips_all(&self, urls: &[RepoUrl], watch: Watch<'_>) -> Vec<Result<Arc<Tips>, FetchError>> {
        let batch = Batch::new(self, urls);
        self.each(urls, watch, |url, _| batch.tips(url))
    }

    /// What every URL's repository offers now; it is asked even where the URL's commit is known.
    pub(crate) fn newer_all(&self, urls: &[RepoUrl], watch: Watch<'_>) -> Vec<Result<Newer, FetchError>> {
        let batch = Batch::new(self, urls);
        self.each(urls, watch, |url, _| batch.newer(url))
    }

    fn each<T: Send>(
        &self,
        urls: &[RepoUrl],
        watch: Watch<'_>,
        work: impl Fn(&RepoUrl, &dyn Fn()) -> Result<T, Cause> + Sync,
    ) -> Vec<Result<T, FetchError>> {
        parallel::map(self.options.jobs, urls, |index, url| {
            let tell = |step| watch(Progress { index, url, step });
            tell(Step::Resolving);
            let result = match self.git.cancel().is_cancelled() {
                true => Err(Cause::Cancelled),
                false => work(url, &|| tell(Step::Fetching)),
            };
            tell(if result.is_ok() { Step::Done } else { Step::Failed });
            result.map_err(|cause| FetchError::new(url, cause))
        })
    }
}
