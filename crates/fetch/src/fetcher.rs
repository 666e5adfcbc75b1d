//! Source URLs become commits and files: what callers use.

use std::sync::Arc;

use start_points::RepoUrl;
use start_points_io::{BlobCache, parallel};

use crate::batch::{FetchBatch, FetchedSource};
use crate::cache::CommitCache;
use crate::context::{FetchContext, FetchOptions, FetchProgress, FetchStep, FetchWatch};
use crate::error::{FetchError, FetchErrorKind};
use crate::git::Git;
use crate::remote::{RemoteRefs, ResolvedUrl};
use crate::url_update::UrlUpdate;

/// Turns source URLs into commits and files.
#[derive(Debug)]
pub struct Fetcher(FetchContext);

impl Fetcher {
    /// A fetcher with this git, cache and options.
    #[must_use]
    pub fn new(git: Git, cache: BlobCache, options: FetchOptions) -> Self {
        Self(FetchContext { git, cache: CommitCache::new(cache), options })
    }

    /// The cache.
    #[must_use]
    pub fn cache(&self) -> &BlobCache {
        self.0.cache.blobs()
    }

    /// The git program.
    #[must_use]
    pub fn git(&self) -> &Git {
        &self.0.git
    }

    /// Resolves the URLs to commits, in their order. Every repository is asked once, however many URLs name it.
    #[must_use]
    pub fn resolve_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<ResolvedUrl, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.resolve(url))
    }

    /// Fetches the files of the URLs, in their order, unless they are in the cache.
    #[must_use]
    pub fn fetch_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<FetchedSource, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        let sources = self.each(urls, watch, |url, fetching| batch.source(url, fetching));
        // A cache that cannot be trimmed now is trimmed after the next fetch.
        let _ = self.0.cache.blobs().trim();
        sources
    }

    /// Lists the references of the URLs' repositories, in the order of the URLs.
    #[must_use]
    pub fn refs_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<Arc<RemoteRefs>, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.refs(url))
    }

    /// Looks for later versions of the URLs, in their order. Repositories are asked even if the commits are cached.
    #[must_use]
    pub fn updates(&self, urls: &[RepoUrl], watch: FetchWatch<'_>) -> Vec<Result<UrlUpdate, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.update(url))
    }

    fn each<T: Send>(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
        work: impl Fn(&RepoUrl, &dyn Fn()) -> Result<T, FetchErrorKind> + Sync,
    ) -> Vec<Result<T, FetchError>> {
        parallel::map(self.0.options.jobs, urls, |index, url| {
            let report = |step| watch(FetchProgress { index, url, step });
            report(FetchStep::Resolving);
            let result = if self.0.git.cancel().is_cancelled() {
                Err(FetchErrorKind::Cancelled)
            } else {
                work(url, &|| report(FetchStep::Fetching))
            };
            report(if result.is_ok() { FetchStep::Done } else { FetchStep::Failed });
            result.map_err(|kind| FetchError::new(url, kind))
        })
    }
}
