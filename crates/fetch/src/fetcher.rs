//! FetchedSource URLs become commits and files: the one thing that fronts use.

use std::sync::Arc;

use start_points::RepoUrl;
use start_points_io::{BlobCache, parallel};

use crate::batch::{FetchBatch, FetchedSource};
use crate::cache::CommitCache;
use crate::context::{FetchContext, FetchOptions, FetchProgress, FetchStep, FetchWatch};
use crate::error::FetchError;
use crate::error::FetchErrorKind;
use crate::git::Git;
use crate::remote::{RemoteRefs, ResolvedUrl};
use crate::url_update::UrlUpdate;

/// Turns source URLs into commits and files.
#[derive(Debug)]
pub struct Fetcher(FetchContext);

impl Fetcher {
    /// With this git, cache and options.
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

    /// Which commits the URLs mean, in their order. Every repository is asked once, however many URLs name it.
    #[must_use]
    pub fn resolve_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<ResolvedUrl, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.resolve(url))
    }

    /// The files that the URLs lead to, in their order; those that are in the cache are not fetched.
    #[must_use]
    pub fn fetch_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<FetchedSource, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        let sources = self.each(urls, watch, |url, fetching| batch.source(url, fetching));
        // What does not fit today is tried again next time.
        let _ = self.0.cache.blobs().trim();
        sources
    }

    /// What the references of the URLs' repositories name, in the order of the URLs.
    #[must_use]
    pub fn refs_all(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
    ) -> Vec<Result<Arc<RemoteRefs>, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.refs(url))
    }

    /// What every URL's repository offers now; it is asked even where the URL's commit is known.
    #[must_use]
    pub fn updates(&self, urls: &[RepoUrl], watch: FetchWatch<'_>) -> Vec<Result<UrlUpdate, FetchError>> {
        let batch = FetchBatch::new(&self.0, urls);
        self.each(urls, watch, |url, _| batch.newer(url))
    }

    fn each<T: Send>(
        &self,
        urls: &[RepoUrl],
        watch: FetchWatch<'_>,
        work: impl Fn(&RepoUrl, &dyn Fn()) -> Result<T, FetchErrorKind> + Sync,
    ) -> Vec<Result<T, FetchError>> {
        parallel::map(self.0.options.jobs, urls, |index, url| {
            let tell = |step| watch(FetchProgress { index, url, step });
            tell(FetchStep::Resolving);
            let result = match self.0.git.cancel().is_cancelled() {
                true => Err(FetchErrorKind::Cancelled),
                false => work(url, &|| tell(FetchStep::Fetching)),
            };
            tell(if result.is_ok() { FetchStep::Done } else { FetchStep::Failed });
            result.map_err(|cause| FetchError::new(url, cause))
        })
    }
}
