//! Repositories that lie about as plain folders: anybody can commit one, with a configuration that runs programs.
//!
//! Git from 2.38 on leaves them alone where it is told `safe.bareRepository=explicit`; older ones use them.

use std::path::{Path, PathBuf};

use start_points::shown::shown;

use crate::cause::Cause;

/// What lets git use a git folder that was named, where nothing is asked but what it holds.
pub(super) const LET_IN: (&str, &str) = ("safe.bareRepository", "all");

/// The folder that git would take for a repository although it is not one's `.git`, above or at `folder`.
fn around(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    // Nothing that was cloned has such a name.
    if folder.iter().any(|name| name == ".git") {
        return None;
    }
    for place in folder.ancestors() {
        let own = place.join(".git");
        if own.is_file() || is_git_folder(&own) {
            return None;
        }
        if is_git_folder(place) {
            return Some(place.to_owned());
        }
    }
    None
}

/// Refuses to look for a repository where one lies about as a plain folder.
pub(super) fn refuse(folder: &Path) -> Result<(), Cause> {
    match around(folder) {
        Some(place) => Err(Cause::Embedded { place: shown(&place.to_string_lossy()).into_owned() }),
        None => Ok(()),
    }
}

/// Whether a folder that is named is a repository's git folder itself, bare or not.
pub(super) fn is_named(folder: &Path) -> bool {
    let own = folder.join(".git");
    !own.is_file() && !is_git_folder(&own) && is_git_folder(folder)
}

/// What git takes for one, or a little more.
fn is_git_folder(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).symlink_metadata().is_ok();
    has("HEAD") && (has("commondir") || (folder.join("objects").is_dir() && folder.join("refs").is_dir()))
}
