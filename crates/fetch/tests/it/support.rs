//! A folder of repositories, a server for them, and a fetcher with a cache of its own.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use start_points::RepoUrl;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{
    FetchError, FetchLimits, FetchOptions, FetchedSource, Fetcher, ResolvedUrl, unwatched,
};
use start_points_io::BlobCache;
use start_points_testing::git::{Change, GitRepository, GitServer, Serves};
use tempfile::TempDir;

pub struct World {
    pub folder: TempDir,
    pub server: GitServer,
    pub limits: FetchLimits,
    pub options: FetchOptions,
}

pub const MANIFEST: &[u8] = br#"{
  "display_name": "C (gcc), assert",
  "visible_filenames": ["hiker.c", "cyber-dojo.sh", "sub/deep.txt"],
  "filename_extension": ".c"
}
"#;

impl World {
    pub fn new() -> Self {
        Self::serving(Serves::default())
    }

    pub fn serving(serves: Serves) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repositories = folder.path().join("repositories");
        std::fs::create_dir(&repositories).unwrap();
        let server = GitServer::serving(&repositories, serves).unwrap();
        let mut limits = FetchLimits::default();
        limits.retry.backoff.first = Duration::from_millis(20);
        limits.retry.time = Duration::from_secs(60);
        Self { folder, server, limits, options: FetchOptions::default() }
    }

    /// An empty bare repository that is served, with a default branch of an unusual name.
    pub fn repository(&self, name: &str) -> GitRepository {
        GitRepository::bare(&self.folder.path().join("repositories").join(name), "trunk").unwrap()
    }

    /// A repository with a start-point in one commit; answers the commit.
    pub fn start_point(&self, name: &str) -> (GitRepository, String) {
        let repository = self.repository(name);
        let commit = repository.commit(&start_point()).unwrap();
        (repository, commit)
    }

    pub fn url(&self, text: &str) -> RepoUrl {
        RepoUrl::parse(&self.server.url(text)).unwrap()
    }

    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    pub fn fetcher(&self) -> Fetcher {
        let git = Git::find(GitConfig::None, self.limits.clone()).unwrap();
        Fetcher::new(git, BlobCache::open(&self.cache()).unwrap(), self.options)
    }

    pub fn resolve(&self, text: &str) -> Result<ResolvedUrl, FetchError> {
        self.fetcher().resolve_all(&[self.url(text)], &unwatched).remove(0)
    }

    pub fn fetch(&self, text: &str) -> Result<FetchedSource, FetchError> {
        self.fetch_url(&self.url(text))
    }

    pub fn fetch_url(&self, url: &RepoUrl) -> Result<FetchedSource, FetchError> {
        self.fetcher().fetch_all(std::slice::from_ref(url), &unwatched).remove(0)
    }

    /// Why a repository of the server is refused; its URL is named, and nothing stands beside the cache.
    pub fn refused(&self, text: &str) -> FetchError {
        let error = self.fetch(text).unwrap_err();
        assert!(error.to_string().starts_with(&format!("`{}`: ", self.server.url(text))), "{error}");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
        self.assert_nothing_outside();
        error
    }

    /// How many requests were made while `work` ran.
    pub fn requests(&self, work: impl FnOnce()) -> usize {
        let before = self.server.requests().len();
        work();
        self.server.requests().len() - before
    }

    /// Nothing but repositories and the cache may be there.
    pub fn assert_nothing_outside(&self) {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| name != "repositories" && name != "cache");
        assert!(names.is_empty(), "{names:?}");
    }
}

pub fn start_point() -> Vec<(&'static str, Change<'static>)> {
    vec![
        ("start_point/manifest.json", Change::File(MANIFEST)),
        ("start_point/hiker.c", Change::File(b"int x;\n")),
        ("start_point/cyber-dojo.sh", Change::Executable(b"make\n")),
        ("start_point/sub/deep.txt", Change::File(b"deep\n")),
        ("start_point/beside.txt", Change::File(b"not named\n")),
        ("docker/Dockerfile", Change::File(b"FROM alpine:3.20\n")),
        ("docker/image_name.json", Change::File(b"{\"image_name\": \"cyberdojofoundation/gcc_assert\"}")),
        ("docker/install.sh", Change::Executable(b"true\n")),
        ("README.md", Change::File(b"# unrelated\n")),
        ("src/other.c", Change::File(b"unrelated\n")),
    ]
}

/// Bytes that do not compress.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

pub fn jobs(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

pub fn paths(source: &FetchedSource) -> Vec<&str> {
    source.content.files.keys().map(String::as_str).collect()
}
