//! A remote repository: how git is called to reach it, and the temporary repositories that it fetches into.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use start_points::{RepoUrl, Scheme};
use start_points_io::Deadline;
use tempfile::TempDir;

use crate::error::FetchErrorKind;
use crate::git::{Git, GitCall};

/// The name of the remote in git's configuration. No user's configuration has a remote of this name.
pub(crate) const REMOTE: &str = "start-points";

/// Git's helper for `http://` and `https://`: <https://git-scm.com/docs/gitremote-helpers>.
pub(crate) const HTTP_HELPER: &str = "git-remote-http";

/// A remote repository, and the deadline for all requests to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RemoteRepository<'a> {
    pub(crate) git: &'a Git,
    pub(crate) url: &'a RepoUrl,
    pub(crate) deadline: Deadline,
}

impl<'a> RemoteRepository<'a> {
    pub(crate) fn new(git: &'a Git, url: &'a RepoUrl) -> Self {
        Self { git, url, deadline: Deadline::after(git.limits().retry.time) }
    }

    /// Repeats an attempt while the network fails.
    pub(crate) fn retry<T>(
        self,
        attempt: impl Fn() -> Result<T, FetchErrorKind>,
    ) -> Result<T, FetchErrorKind> {
        let policy = self.git.limits().retry;
        policy.run_until(self.deadline, self.git.cancel(), FetchErrorKind::is_transient, attempt)
    }

    /// A run of one of git's helpers that may reach this repository.
    pub(crate) fn helper(self, name: &'a str, arguments: &[&str]) -> GitCall<'a> {
        self.call(arguments).by(name)
    }

    /// A run of git that may reach this repository, which it knows as [`REMOTE`].
    pub(crate) fn call(self, arguments: &[&str]) -> GitCall<'a> {
        self.git
            .call(arguments)
            .set(&format!("remote.{REMOTE}.url"), self.url.with_credentials())
            .through(transports(self.url.scheme()))
            .hiding(user_info(self.url.with_credentials()).filter(|_| self.url.has_credentials()))
            .until(self.deadline)
    }
}

/// The transports that a URL may lead to by a redirect or the user's `insteadOf`, never a weaker one.
fn transports(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Https | Scheme::Ssh | Scheme::Scp => "https:ssh",
        Scheme::Http => "http:https:ssh",
        Scheme::File | Scheme::Local => "file",
    }
}

/// The user information of a URL, between `://` and `@`: <https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1>.
fn user_info(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    authority.rsplit_once('@').map(|(user_info, _)| user_info)
}

/// The size from which a pack is removed early.
const LARGE: u64 = 1 << 20;

/// A temporary bare repository with a promisor remote, which may omit objects; removed when dropped. See
/// <https://git-scm.com/docs/partial-clone>.
#[derive(Debug)]
pub(crate) struct TempBareRepo(TempDir);

impl TempBareRepo {
    /// Creates one in `folder`. `git init` would also copy the user's template with its hooks.
    pub(crate) fn new(folder: &Path, sha256: bool) -> io::Result<Self> {
        let scratch = tempfile::Builder::new().prefix("git-").tempdir_in(folder)?;
        fs::create_dir(scratch.path().join("objects"))?;
        fs::create_dir(scratch.path().join("refs"))?;
        fs::write(scratch.path().join("HEAD"), "ref: refs/heads/none\n")?;
        let format = if sha256 { "\tobjectFormat = sha256\n" } else { "" };
        let configuration = format!(
            "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n[extensions]\n\tpartialClone = {REMOTE}\n{format}[remote \"{REMOTE}\"]\n\tpromisor = true\n"
        );
        fs::write(scratch.path().join("config"), configuration)?;
        Ok(Self(scratch))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Creates a folder for the objects of one of many repositories. All are removed together at the end: file systems
    /// create files slowly while others are being removed.
    pub(crate) fn objects(&self) -> io::Result<TempObjects> {
        let folder = tempfile::Builder::new().prefix("objects-").tempdir_in(self.path())?;
        fs::create_dir(folder.path().join("pack"))?;
        Ok(TempObjects(folder.keep()))
    }
}

/// The objects of one of many repositories.
#[derive(Debug)]
pub(crate) struct TempObjects(PathBuf);

impl TempObjects {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempObjects {
    /// Removes large packs at once.
    fn drop(&mut self) {
        let packs = fs::read_dir(self.0.join("pack")).into_iter().flatten().flatten();
        if packs.filter_map(|pack| pack.metadata().ok()).any(|pack| pack.len() > LARGE) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_never_leads_to_http() {
        assert!(!transports(Scheme::Https).split(':').any(|name| name == "http"));
        for scheme in [Scheme::Https, Scheme::Http, Scheme::Ssh, Scheme::Scp] {
            assert!(!transports(scheme).contains("file") && !transports(scheme).contains("ext"));
        }
    }

    #[test]
    fn user_information_is_found() {
        assert_eq!(user_info("https://u:p%40w@h/x@y"), Some("u:p%40w"));
        assert_eq!(user_info("https://h/x@y"), None);
    }
}
