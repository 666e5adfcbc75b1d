//! What is asked of the repository that a folder lies in, at its top or anywhere below.

use std::path::Path;

use start_points::CommitSha;
use start_points_io::Deadline;

use super::changes::changes;
use super::embedded;
use super::view::WorkTreeView;
use crate::error::FetchErrorKind;
use crate::git::{Git, GitCall};

/// The most bytes of an answer.
const MAX_SAID: u64 = 16 << 20;

/// A repository's commit, and whether the work tree differs from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedOutCommit {
    /// The commit that is checked out.
    pub commit: CommitSha,
    /// Whether files were changed, added or removed since; ignored files do not count.
    pub dirty: bool,
}

/// The commit that is checked out where a folder lies.
///
/// # Errors
/// Where that is not a repository with a commit, or git refuses it.
pub fn commit(git: &Git, folder: &Path) -> Result<CommitSha, FetchErrorKind> {
    embedded::refuse(folder)?;
    let sha = said(git, git.call(&["rev-parse", "--verify", "HEAD^{commit}"]).inside(folder))?;
    sha.trim().parse().map_err(|_| FetchErrorKind::NotACommit("HEAD".to_owned()))
}

/// The same, and whether the work tree differs from it.
///
/// # Errors
/// Where that is no repository with a commit and a work tree, or git refuses it.
pub fn head(git: &Git, folder: &Path) -> Result<CheckedOutCommit, FetchErrorKind> {
    let commit = commit(git, folder)?;
    let view = WorkTreeView::open(git, folder, Deadline::after(git.limits().retry.time))?;
    Ok(CheckedOutCommit { commit, dirty: !changes(&view, false)?.is_empty() })
}

/// Whether git ignores a path where a folder lies, or that is no repository.
#[must_use]
pub fn ignores(git: &Git, folder: &Path, path: &Path) -> bool {
    let Some(path) = path.to_str().filter(|_| embedded::refuse(folder).is_ok()) else { return true };
    let listed = git.call(&["ls-files", "--others", "--exclude-standard", "--", path]).inside(folder);
    said(git, listed).map_or(true, |listed| listed.is_empty())
}

/// The URL that a repository calls another one by, which may be bare; none where it knows none.
#[must_use]
pub fn remote_url(git: &Git, folder: &Path, name: &str) -> Option<String> {
    let mut call = git.call(&["remote", "get-url", "--", name]).inside(folder);
    if embedded::is_named(folder) {
        call = call.set(embedded::LET_IN.0, embedded::LET_IN.1);
    } else {
        embedded::refuse(folder).ok()?;
    }
    let url = said(git, call).ok()?;
    Some(url.trim().to_owned()).filter(|url| !url.is_empty())
}

fn said(git: &Git, call: GitCall<'_>) -> Result<String, FetchErrorKind> {
    let answered = call.output(MAX_SAID).map_err(|stop| stop.kind(git.limits()))?;
    match answered.success {
        true => Ok(String::from_utf8_lossy(&answered.result).into_owned()),
        false => Err(answered.stderr.kind()),
    }
}
