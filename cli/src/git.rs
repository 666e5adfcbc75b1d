//! Asking git about the repository that a folder lies in.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::Context as _;
use start_points_catalogue::Revision;
use start_points_fetch::Limits;
use start_points_fetch::git::{Configuration, Git};
use start_points_fetch::local;

use crate::error::{Failure, Outcome};
use crate::output::{talk_error, talk_hint};

/// What the work tree around a folder comes from.
pub(crate) fn revision(folder: &Path) -> anyhow::Result<Revision> {
    let head = local::head(program()?, folder)
        .with_context(|| format!("`{}` is in no git repository with a commit", folder.display()))?;
    Ok(Revision { commit: head.commit, dirty: head.dirty })
}

/// Whether git ignores a path inside the repository in `folder`, or it is in none.
pub(crate) fn ignores(folder: &Path, path: &Path) -> bool {
    program().map_or(true, |git| local::ignores(git, folder, path))
}

/// The URL that a repository calls another one by.
pub(crate) fn remote(folder: &Path, name: &str) -> Option<String> {
    local::remote_url(program().ok()?, folder, name)
}

/// What is told where a clean work tree is required and it is not.
pub(crate) fn tell_dirty() -> Result<Outcome, Failure> {
    talk_error("the work tree differs from the commit")?;
    talk_hint("`git status` shows where; commit, or leave --require-clean out")?;
    Ok(Outcome::Faults)
}

/// Looked for once.
fn program() -> anyhow::Result<&'static Git> {
    static GIT: OnceLock<Option<Git>> = OnceLock::new();
    let found = GIT.get_or_init(|| Git::find(Configuration::User, Limits::default()).ok());
    found.as_ref().context("cannot run `git`: is it installed?")
}
