//! Questions about the repository that contains a folder.

use std::path::Path;

use start_points::CommitSha;
use start_points_io::Deadline;

use super::changes::changes;
use super::embedded;
use super::view::WorkTreeView;
use crate::error::FetchErrorKind;
use crate::git::{Git, GitCall};

/// The most bytes of git's output.
const MAX_OUTPUT: u64 = 16 << 20;

/// A repository's commit, and whether the work tree differs from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedOutCommit {
    /// The commit that is checked out.
    pub commit: CommitSha,
    /// Whether files were changed, added or removed since. Ignored files do not count.
    pub dirty: bool,
}

/// The commit that is checked out in the repository that contains a folder.
///
/// # Errors
/// If there is no repository with a commit, or git refuses it.
pub fn commit(git: &Git, folder: &Path) -> Result<CommitSha, FetchErrorKind> {
    embedded::refuse(folder)?;
    let sha = run(git, git.call(&["rev-parse", "--verify", "HEAD^{commit}"]).inside(folder))?;
    sha.trim().parse().map_err(|_| FetchErrorKind::NotACommit("HEAD".to_owned()))
}

/// The commit that is checked out, and whether the work tree differs from it.
///
/// # Errors
/// If there is no repository with a commit and a work tree, or git refuses it.
pub fn head(git: &Git, folder: &Path) -> Result<CheckedOutCommit, FetchErrorKind> {
    let commit = commit(git, folder)?;
    let view = WorkTreeView::open(git, folder, Deadline::after(git.limits().retry.time))?;
    Ok(CheckedOutCommit { commit, dirty: !changes(&view, false)?.is_empty() })
}

/// Whether git ignores a path in the repository that contains a folder, or there is no repository.
#[must_use]
pub fn ignores(git: &Git, folder: &Path, path: &Path) -> bool {
    let Some(path) = path.to_str().filter(|_| embedded::refuse(folder).is_ok()) else { return true };
    let listed = git.call(&["ls-files", "--others", "--exclude-standard", "--", path]).inside(folder);
    run(git, listed).map_or(true, |listed| listed.is_empty())
}

/// The URL of a remote of the repository, which may be bare; `None` if it has no such remote.
#[must_use]
pub fn remote_url(git: &Git, folder: &Path, name: &str) -> Option<String> {
    let mut call = git.call(&["remote", "get-url", "--", name]).inside(folder);
    if embedded::is_named(folder) {
        call = call.set(embedded::LET_IN.0, embedded::LET_IN.1);
    } else {
        embedded::refuse(folder).ok()?;
    }
    let url = run(git, call).ok()?;
    Some(url.trim().to_owned()).filter(|url| !url.is_empty())
}

fn run(git: &Git, call: GitCall<'_>) -> Result<String, FetchErrorKind> {
    let answered = call.output(MAX_OUTPUT).map_err(|stop| stop.kind(git.limits()))?;
    if answered.success {
        Ok(String::from_utf8_lossy(&answered.result).into_owned())
    } else {
        Err(answered.stderr.kind())
    }
}
