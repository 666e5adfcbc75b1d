//! Repositories behind a git server, fetched with a cache of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use start_points::levels::Levels;
use start_points::{Dialect, Kind, RepoUrl, render};
use start_points_catalogue::{CatalogueOptions, CheckedCatalogue, SourceResult, check, folder};
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchError, FetchLimits, FetchedSource, Fetcher, unwatched};
use start_points_io::{BlobCache, Cancel};
use start_points_testing::MadeFiles;
use start_points_testing::git::{GitRepository, GitServer};
use tempfile::TempDir;

pub struct World {
    pub folder: TempDir,
    pub server: GitServer,
    pub options: CatalogueOptions,
    pub fetching: start_points_fetch::FetchOptions,
}

impl World {
    pub fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repositories = folder.path().join("repositories");
        fs::create_dir(&repositories).unwrap();
        let server = GitServer::start(&repositories).unwrap();
        let options = CatalogueOptions { kind, dialect: Dialect::Derived.into(), levels: Levels::new() };
        Self { folder, server, options, fetching: start_points_fetch::FetchOptions::default() }
    }

    pub fn repository(&self, name: &str) -> GitRepository {
        GitRepository::bare(&self.folder.path().join("repositories").join(name), "trunk").unwrap()
    }

    /// A repository with one commit; answers its sha.
    pub fn with(&self, name: &str, files: &[(&str, &str)]) -> String {
        commit(&self.repository(name), files)
    }

    pub fn urls(&self, texts: &[&str]) -> Vec<RepoUrl> {
        texts.iter().map(|text| self.server.url(text).parse().unwrap()).collect()
    }

    pub fn fetch(&self, urls: &[RepoUrl]) -> Vec<Result<FetchedSource, FetchError>> {
        let git = Git::find(GitConfig::None, FetchLimits::default()).unwrap();
        let cache = BlobCache::open(&self.folder.path().join("cache")).unwrap();
        Fetcher::new(git, cache, self.fetching).fetch_all(urls, &unwatched)
    }

    pub fn check(&self, texts: &[&str]) -> CheckedCatalogue {
        self.check_urls(&self.urls(texts))
    }

    pub fn check_urls(&self, urls: &[RepoUrl]) -> CheckedCatalogue {
        let gathered: Vec<_> = self.fetch(urls).into_iter().map(SourceResult::from_repository).collect();
        check(&gathered, &self.options)
    }

    /// The report in lines, with the server's address left out.
    pub fn faults(&self, checked: &CheckedCatalogue) -> Vec<String> {
        let said = render::concise(&checked.report, &checked.sources);
        said.replace(&self.server.url(""), "").lines().map(str::to_owned).collect()
    }

    pub fn output(&self) -> PathBuf {
        self.folder.path().join("output/catalogue")
    }

    /// Checks, expects no error, and writes.
    pub fn create(&self, texts: &[&str]) {
        let checked = self.check(texts);
        let catalogue = checked.catalogue.as_ref().unwrap_or_else(|| panic!("{:?}", self.faults(&checked)));
        folder::write(catalogue, &self.output(), &Cancel::default()).unwrap();
    }
}

pub fn commit(repository: &GitRepository, files: &[(&str, &str)]) -> String {
    start_points_testing::commit(repository, files).unwrap()
}

pub fn ltf(display_name: &str) -> MadeFiles {
    start_points_testing::languages(display_name)
}

pub fn borrowed<'a>(files: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    start_points_testing::snapshot(folder).unwrap()
}

pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
