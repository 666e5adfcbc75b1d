//! Bare repositories inside other repositories: anybody can commit one, with a configuration that runs programs.
//!
//! Git 2.38 and later ignore them with `safe.bareRepository=explicit`
//! (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository>); older versions use them.

use std::path::{Path, PathBuf};

use start_points::shown::shown;

use crate::error::FetchErrorKind;

/// The setting that lets git use a given git folder. It is used only to read objects.
pub(super) const LET_IN: (&str, &str) = ("safe.bareRepository", "all");

/// The folder at or above `folder` that git would use as a bare repository.
fn find(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    // No clone contains a folder of this name.
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

/// Refuses a folder at or below an embedded bare repository.
pub(super) fn refuse(folder: &Path) -> Result<(), FetchErrorKind> {
    match find(folder) {
        Some(place) => Err(FetchErrorKind::Embedded { place: shown(&place.to_string_lossy()).into_owned() }),
        None => Ok(()),
    }
}

/// Whether a given folder is a git folder itself, bare or not.
pub(super) fn is_named(folder: &Path) -> bool {
    let own = folder.join(".git");
    !own.is_file() && !is_git_folder(&own) && is_git_folder(folder)
}

/// Whether git may treat a folder as a git folder: it has `HEAD`, `objects` and `refs`, or `commondir`
/// (<https://git-scm.com/docs/gitrepository-layout>).
fn is_git_folder(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).symlink_metadata().is_ok();
    has("HEAD") && (has("commondir") || (folder.join("objects").is_dir() && folder.join("refs").is_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn git_folder(folder: &Path) {
        fs::create_dir_all(folder.join("objects")).unwrap();
        fs::create_dir_all(folder.join("refs")).unwrap();
        fs::write(folder.join("HEAD"), "ref: refs/heads/trunk\n").unwrap();
    }

    /// With any version of git: those before 2.38 lack the setting.
    #[test]
    fn the_nearest_repository_counts_as_in_git() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        git_folder(&top.join(".git"));
        let found = |path: &str| find(&top.join(path));
        let bare = top.join("bare");
        git_folder(&bare);
        fs::create_dir(bare.join("below")).unwrap();
        assert_eq!((found("bare"), found("bare/below")), (Some(bare.clone()), Some(bare.clone())));
        assert_eq!(found("bare/objects"), Some(bare.clone()));
        assert!(is_named(&bare) && !is_named(&bare.join("below")) && !is_named(&top));
        assert_eq!((found(""), found(".git"), found(".git/objects")), (None, None, None));

        // An empty `.git` hides nothing; a real one does.
        fs::create_dir(bare.join(".git")).unwrap();
        assert_eq!(found("bare/below"), Some(bare.clone()));
        git_folder(&bare.join(".git"));
        assert_eq!(found("bare/below"), None);

        let linked = top.join("linked");
        fs::create_dir(&linked).unwrap();
        fs::write(linked.join("HEAD"), "").unwrap();
        assert_eq!(found("linked"), None);
        fs::write(linked.join("commondir"), "../bare\n").unwrap();
        assert_eq!(found("linked"), Some(linked.clone()));
        fs::write(linked.join(".git"), "gitdir: ../.git\n").unwrap();
        assert_eq!(found("linked"), None);
    }
}
