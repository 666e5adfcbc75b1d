//! What the commands that fetch share: git, the cache, the progress bar, and Ctrl-C.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use start_points::RepoUrl;
use start_points_catalogue::StartPointPuller;
use start_points_fetch::UrlUpdate;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{
    FetchError, FetchErrorKind, FetchLimits, FetchOptions, FetchStep, FetchWatch, FetchedSource, Fetcher,
    ResolvedUrl,
};
use start_points_io::{BlobCache, Cancel};
use start_points_oci::Registry;

use crate::error::{CliError, end_on_interrupt, interrupted};
use crate::progress::Progress;

/// How repositories and images are fetched.
#[derive(Debug, Args, Clone, Copy)]
pub(crate) struct FetchArguments {
    /// The number of concurrent fetches
    #[arg(long, value_name = "COUNT", default_value = "16")]
    pub jobs: NonZeroUsize,
    /// Use only the cache and local repositories, without network access
    #[arg(long)]
    pub offline: bool,
    /// The timeout for one repository or image
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    pub timeout: u32,
}

/// A fetcher with the user's git set-up and cache, which Ctrl-C ends.
#[derive(Debug)]
pub(crate) struct FetchSession {
    fetcher: Fetcher,
    quiet: bool,
}

/// In the order of the URLs.
type Each<T> = Vec<Result<T, FetchError>>;

impl FetchSession {
    pub(crate) fn open(arguments: FetchArguments, work_tree: bool, quiet: bool) -> Result<Self, CliError> {
        let mut limits = FetchLimits::default();
        limits.retry.time = Duration::from_secs(arguments.timeout.into());
        let git = Git::find(GitConfig::User, limits)
            .map_err(|error| CliError::hinted(error.clone(), Some(error.hint())))?;
        let cache = BlobCache::open(&cache_folder()?)?;
        end_on_interrupt(git.cancel().clone())?;
        let options = FetchOptions { jobs: arguments.jobs, offline: arguments.offline, work_tree };
        Ok(Self { fetcher: Fetcher::new(git, cache, options), quiet })
    }

    pub(crate) fn fetch_all(&self, urls: &[RepoUrl]) -> Result<Each<FetchedSource>, CliError> {
        self.watched(urls, |watch| self.fetcher.fetch_all(urls, watch))
    }

    pub(crate) fn resolve_all(&self, urls: &[RepoUrl]) -> Result<Each<ResolvedUrl>, CliError> {
        self.watched(urls, |watch| self.fetcher.resolve_all(urls, watch))
    }

    pub(crate) fn newer(&self, urls: &[RepoUrl]) -> Result<Each<UrlUpdate>, CliError> {
        self.watched(urls, |watch| self.fetcher.updates(urls, watch))
    }

    /// What pulls images into the same cache, with the same options.
    pub(crate) fn puller<'a>(
        &'a self,
        registry: &'a Registry,
        arguments: FetchArguments,
    ) -> StartPointPuller<'a> {
        StartPointPuller {
            registry,
            cache: self.fetcher.cache(),
            retry: &self.fetcher.git().limits().retry,
            cancel: self.cancel(),
            jobs: arguments.jobs,
            offline: arguments.offline,
        }
    }

    pub(crate) fn cancel(&self) -> &Cancel {
        self.fetcher.git().cancel()
    }

    /// What a repository has wrong is the report's; a disk that fails is nobody's repository, and ends the run.
    fn watched<T>(
        &self,
        urls: &[RepoUrl],
        work: impl FnOnce(FetchWatch<'_>) -> Each<T>,
    ) -> Result<Each<T>, CliError> {
        let progress = Mutex::new(Progress::of(urls.len(), "repositories", self.quiet));
        let done = work(&|step| {
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            match step.step {
                FetchStep::Done | FetchStep::Failed => progress.step(&step.url.to_string()),
                _ => progress.tell(&step.url.to_string()),
            }
        });
        progress.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        if self.cancel().is_cancelled() {
            return Err(interrupted());
        }
        let of_machine = |error: &&FetchError| matches!(error.kind(), FetchErrorKind::Io(_));
        match done.iter().filter_map(|done| done.as_ref().err()).find(of_machine) {
            Some(error) => Err(CliError::hinted(error.clone(), error.hint())),
            None => Ok(done),
        }
    }
}

/// Where the user's cache is.
pub(crate) fn cache_folder() -> Result<PathBuf, CliError> {
    BlobCache::default_folder().ok_or_else(|| {
        CliError::with_hint(
            "no cache folder: neither HOME nor XDG_CACHE_HOME is set",
            "set HOME or XDG_CACHE_HOME to an absolute path",
        )
    })
}
