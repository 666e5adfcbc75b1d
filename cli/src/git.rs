//! Asking git about the repository that a folder lies in.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Context as _;
use start_points_catalogue::Revision;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::local;
use start_points_fetch::{FetchErrorKind, FetchLimits};

use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::output::{print_error, print_hint, print_warning};

/// What the work tree around a folder comes from.
pub(crate) fn revision(folder: &Path) -> Result<Revision, CliError> {
    let head = local::head(program()?, folder).map_err(|cause| failure(folder, cause))?;
    Ok(Revision { commit: head.commit, dirty: head.dirty })
}

/// Reads the head of the repository around a folder: [`local::head`], or [`local::commit`] without looking at the work
/// tree. `None` if the folder is in no repository with a commit and a work tree. Warns once about each repository that
/// is ignored because it is embedded.
pub(crate) fn head_if_any<T>(
    folder: &Path,
    read: fn(&Git, &Path) -> Result<T, FetchErrorKind>,
) -> Result<Option<T>, CliError> {
    static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let Ok(git) = program() else { return Ok(None) };
    match read(git, folder) {
        Ok(head) => Ok(Some(head)),
        Err(kind @ FetchErrorKind::Embedded { .. }) => {
            let text = kind.to_string();
            if REPORTED.lock().unwrap_or_else(PoisonError::into_inner).insert(text.clone()) {
                print_warning(&format!("`{}`: {text}", disk::shown(folder)))?;
                print_hint(&kind.hint().unwrap_or_default())?;
            }
            Ok(None)
        }
        Err(_) => Ok(None),
    }
}

fn failure(folder: &Path, cause: FetchErrorKind) -> CliError {
    let hint = cause.hint().filter(|_| matches!(cause, FetchErrorKind::Embedded { .. }));
    let context = format!("`{}` is not in a git repository with a commit", disk::shown(folder));
    CliError::hinted(anyhow::Error::new(cause).context(context), hint)
}

/// Whether git ignores a path inside the repository in `folder`, or it is in none.
pub(crate) fn ignores(folder: &Path, path: &Path) -> bool {
    program().map_or(true, |git| local::ignores(git, folder, path))
}

/// The URL that a repository calls another one by.
pub(crate) fn remote(folder: &Path, name: &str) -> Option<String> {
    local::remote_url(program().ok()?, folder, name)
}

/// The message if a clean work tree is required and it has changes.
pub(crate) fn tell_dirty() -> Result<CommandOutcome, CliError> {
    print_error("the work tree has uncommitted changes")?;
    print_hint("commit them (`git status` lists them), or drop `--require-clean`")?;
    Ok(CommandOutcome::Faults)
}

/// Looked for once.
fn program() -> anyhow::Result<&'static Git> {
    static GIT: OnceLock<Option<Git>> = OnceLock::new();
    let found = GIT.get_or_init(|| Git::find(GitConfig::User, FetchLimits::default()).ok());
    found.as_ref().context("cannot run `git`")
}
