//! Files that are replaced only while they are what was read: whoever saves meanwhile loses nothing.

use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cancel::Cancel;
use crate::error::ReplaceError;
use crate::file::set_permissions;
use crate::lock::Lock;
use crate::swap::{exchange, is_unsupported};

/// What the names of files that are still being written begin with.
const PREFIX: &str = ".start-points-fix-";

/// How often somebody may save just as a file is put back.
const MAX_EXCHANGES: usize = 16;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The new content is in its place.
    Written,
    /// It was not what it had to be, and is left as it is.
    Changed,
}

/// The right to replace files of one repository: runs take turns.
///
/// What is written has a name of its own in one folder of the repository until it is in its place, so that the next run
/// finds what one that was killed left there.
#[derive(Debug)]
pub struct Turn {
    scratch: PathBuf,
    lock: Lock,
}

impl Turn {
    /// Waits for the turn in the repository with this top, and removes what a killed run left there.
    ///
    /// # Errors
    /// Where it takes too long, or was cancelled.
    pub fn wait(top: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let lock = Lock::wait_for(top, cancel)?;
        let git = top.join(".git");
        let scratch = if git.is_dir() && !git.is_symlink() { git } else { top.to_owned() };
        let turn = Self { scratch, lock };
        turn.remove_left_over();
        Ok(turn)
    }

    fn remove_left_over(&self) {
        if !self.lock.is_held() {
            return;
        }
        for entry in fs::read_dir(&self.scratch).into_iter().flatten().flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
                // What cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts `new` in the place of a regular file that still holds `old`; `None` for one that does not exist. The path
    /// leads through no link.
    ///
    /// # Errors
    /// What the system says; then the file is as it was.
    pub fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> io::Result<Outcome> {
        if !holds(path, old)? {
            return Ok(Outcome::Changed);
        }
        let mut file = self.begin(path)?;
        file.write_all(new)?;
        set_permissions(file.as_file(), path)?;
        file.as_file().sync_all()?;
        let Some(old) = old else {
            return match file.persist_noclobber(path) {
                Ok(_) => Ok(Outcome::Written),
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(Outcome::Changed),
                Err(error) => Err(error.error),
            };
        };
        if !holds(path, Some(old))? {
            return Ok(Outcome::Changed);
        }
        match exchange(file.path(), path) {
            Ok(()) => put_back_unless(file, path, old, new),
            Err(error) if is_unsupported(&error) => {
                file.persist(path).map(|_| Outcome::Written).map_err(|error| error.error)
            }
            Err(error) => Err(error),
        }
    }

    /// A file on the file system of its target.
    fn begin(&self, target: &Path) -> io::Result<NamedTempFile> {
        let folder = target.parent().unwrap_or(Path::new("."));
        let here = if is_same_device(&self.scratch, folder) { &self.scratch } else { folder };
        tempfile::Builder::new().prefix(PREFIX).tempfile_in(here)
    }
}

/// After an exchange the file holds what was in the place: where that is not `old`, somebody saved in between, and it
/// goes back.
fn put_back_unless(file: NamedTempFile, path: &Path, old: &[u8], new: &[u8]) -> io::Result<Outcome> {
    let mut expected = old;
    for _ in 0..MAX_EXCHANGES {
        match holds(file.path(), Some(expected)) {
            Ok(true) => return Ok(if expected == old { Outcome::Written } else { Outcome::Changed }),
            Ok(false) => {}
            Err(error) => return Err(put_back(file, path, new, error)),
        }
        if let Err(error) = exchange(file.path(), path) {
            file.keep()?;
            return Err(error);
        }
        // What comes out now is the new text, or what was saved over it.
        expected = new;
    }
    // Nothing that somebody saved is removed.
    file.keep()?;
    Ok(Outcome::Changed)
}

/// What was in the place cannot be read: it goes back unread, and what comes out is removed only where it is ours.
fn put_back(file: NamedTempFile, path: &Path, new: &[u8], error: io::Error) -> io::Error {
    let is_ours = exchange(file.path(), path).is_ok() && holds(file.path(), Some(new)).unwrap_or(false);
    if !is_ours {
        // Where names can be exchanged, keeping a file does not fail.
        let _ = file.keep();
    }
    error
}

/// Whether a path is a regular file with this content, or nothing.
fn holds(path: &Path, content: Option<&[u8]>) -> io::Result<bool> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(content.is_none()),
        Err(error) => return Err(error),
    };
    let Some(content) = content else { return Ok(false) };
    if !metadata.is_file() || metadata.len() != content.len() as u64 {
        return Ok(false);
    }
    let mut bytes = Vec::with_capacity(content.len() + 1);
    fs::File::open(path)?.take(content.len() as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes == content)
}

#[cfg(unix)]
fn is_same_device(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path| fs::metadata(path).ok().map(|metadata| metadata.dev());
    device(one) == device(other)
}

#[cfg(not(unix))]
fn is_same_device(one: &Path, other: &Path) -> bool {
    one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(folder: &Path) -> Turn {
        Turn::wait(folder, &Cancel::default()).unwrap()
    }

    #[test]
    fn a_file_that_is_what_was_read_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        assert_eq!(turn(folder.path()).replace(&path, Some(b"old"), b"new").unwrap(), Outcome::Written);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_changed_appeared_or_went_away_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let turn = turn(folder.path());
        assert_eq!(turn.replace(&path, Some(b"old"), b"new").unwrap(), Outcome::Changed);
        assert!(!path.exists());
        fs::write(&path, "newer").unwrap();
        for old in [None, Some(&b"old"[..]), Some(b"newer than that")] {
            assert_eq!(turn.replace(&path, old, b"new").unwrap(), Outcome::Changed);
        }
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_saved_just_before_an_exchange_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = NamedTempFile::new_in(folder.path()).unwrap();
        // As it is after the exchange: the new text is in the place, and what was saved is in the file.
        file.write_all(b"saved").unwrap();
        fs::write(&path, "new").unwrap();
        assert_eq!(put_back_unless(file, &path, b"old", b"new").unwrap(), Outcome::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"saved");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_next_turn_removes_what_a_killed_run_left() {
        let folder = tempfile::tempdir().unwrap();
        for scratch in [folder.path().to_owned(), folder.path().join(".git")] {
            fs::create_dir_all(&scratch).unwrap();
            let left = scratch.join(format!("{PREFIX}x"));
            fs::write(&left, "half").unwrap();
            drop(turn(folder.path()));
            assert!(!left.exists(), "{}", left.display());
        }
    }
}
