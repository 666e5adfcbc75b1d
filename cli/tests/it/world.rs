//! Repositories behind a git server, and the command with a cache of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use start_points_testing::git::{GitRepository, GitServer};
use start_points_testing::{commit, languages};
use tempfile::TempDir;

use crate::run::{self, Ran};

pub struct World {
    pub folder: TempDir,
    pub server: GitServer,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["repositories", "here"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let server = GitServer::start(&folder.path().join("repositories")).expect("a server");
        Self { folder, server }
    }

    /// The folder that the command runs in.
    pub fn here(&self, path: &str) -> PathBuf {
        self.folder.path().join("here").join(path)
    }

    pub fn repository(&self, name: &str) -> GitRepository {
        let folder = self.folder.path().join("repositories").join(name);
        GitRepository::bare(&folder, "trunk").expect("a repository")
    }

    /// A languages repository with one commit; answers its sha.
    pub fn languages(&self, name: &str) -> String {
        commit(&self.repository(name), &languages(name)).expect("a commit")
    }

    pub fn url(&self, name: &str) -> String {
        self.server.url(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = run::command();
        command
            .current_dir(self.here(""))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(arguments);
        command
    }

    /// Runs it; the server's address is left out of what it says.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let mut ran = run::ran(self.command(arguments).output().expect("it runs"));
        for text in [&mut ran.stdout, &mut ran.stderr] {
            *text = text.replace(&self.url(""), "http://h/");
        }
        ran
    }

    /// The commit of a repository's default branch.
    pub fn languages_sha(&self, name: &str) -> String {
        self.repository(name).git(&["rev-parse", "HEAD"]).expect("a commit")
    }

    /// Writes a log-in as docker does.
    pub fn log_in(&self, host: &str, user: &str, password: &str) {
        let folder = self.folder.path().join(".docker");
        fs::create_dir_all(&folder).expect("a folder");
        let pair = serde_json::json!({ "username": user, "password": password });
        let config = serde_json::json!({ "auths": { host: pair } });
        fs::write(folder.join("config.json"), config.to_string()).expect("a file");
    }
}
