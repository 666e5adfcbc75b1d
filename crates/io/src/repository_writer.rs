//! Files that are replaced only while they still hold what was read: an editor that saves in between loses nothing.

use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::file::copy_permissions;
use crate::lock::FolderLock;
use crate::retry::Cancel;
use crate::swap::{exchange, is_unsupported};
use crate::target::ReplaceError;

/// The prefix of files that are still being written.
const PREFIX: &str = ".start-points-fix-";

/// How many saves by others, each just as a file is put back, are followed.
const MAX_EXCHANGES: usize = 16;

/// What happened to a file that was to be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteOutcome {
    /// The file holds the new content.
    Written,
    /// The file did not hold the expected content, and is left alone.
    Changed,
}

/// Rewrites files of one repository. One process at a time holds the writer of a repository.
///
/// All temporary files are in one folder of the repository, so that the next run finds what a killed run left.
#[derive(Debug)]
pub struct RepositoryWriter {
    scratch: PathBuf,
    lock: FolderLock,
}

impl RepositoryWriter {
    /// Locks the repository with this top folder, and removes the temporary files of a killed run.
    ///
    /// # Errors
    /// If another run holds the lock for too long, or the wait is cancelled.
    pub fn lock(top: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let lock = FolderLock::of(top, cancel)?;
        let git = top.join(".git");
        let scratch = if git.is_dir() && !git.is_symlink() { git } else { top.to_owned() };
        let writer = Self { scratch, lock };
        writer.remove_leftovers();
        Ok(writer)
    }

    fn remove_leftovers(&self) {
        if !self.lock.is_held() {
            return;
        }
        for entry in fs::read_dir(&self.scratch).into_iter().flatten().flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
                // A file that cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Writes `new` to a regular file that still holds `old`, or does not exist if `old` is `None`. The path must not
    /// lead through a link.
    ///
    /// # Errors
    /// The system's error; the file is then unchanged.
    pub fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> io::Result<RewriteOutcome> {
        if !holds(path, old)? {
            return Ok(RewriteOutcome::Changed);
        }
        let mut file = self.temporary_file(path)?;
        file.write_all(new)?;
        copy_permissions(path, file.as_file())?;
        file.as_file().sync_all()?;
        let Some(old) = old else {
            return match file.persist_noclobber(path) {
                Ok(_) => Ok(RewriteOutcome::Written),
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(RewriteOutcome::Changed),
                Err(error) => Err(error.error),
            };
        };
        if !holds(path, Some(old))? {
            return Ok(RewriteOutcome::Changed);
        }
        match exchange(file.path(), path) {
            Ok(()) => put_back_unless(file, path, old, new),
            Err(error) if is_unsupported(&error) => {
                file.persist(path).map(|_| RewriteOutcome::Written).map_err(|error| error.error)
            }
            Err(error) => Err(error),
        }
    }

    /// A temporary file on the target's file system: renames do not cross file systems.
    fn temporary_file(&self, target: &Path) -> io::Result<NamedTempFile> {
        let folder = target.parent().unwrap_or(Path::new("."));
        let here = if is_same_device(&self.scratch, folder) { &self.scratch } else { folder };
        tempfile::Builder::new().prefix(PREFIX).tempfile_in(here)
    }
}

/// After an exchange `file` holds what `path` held before. If that is not `old`, somebody saved in between, and their
/// content goes back.
fn put_back_unless(file: NamedTempFile, path: &Path, old: &[u8], new: &[u8]) -> io::Result<RewriteOutcome> {
    let mut expected = old;
    for _ in 0..MAX_EXCHANGES {
        match holds(file.path(), Some(expected)) {
            Ok(true) => {
                return Ok(if expected == old { RewriteOutcome::Written } else { RewriteOutcome::Changed });
            }
            Ok(false) => {}
            Err(error) => return Err(put_back(file, path, new, error)),
        }
        if let Err(error) = exchange(file.path(), path) {
            file.keep()?;
            return Err(error);
        }
        // The exchange brings out the new text, or what was saved over it.
        expected = new;
    }
    // Never remove what somebody saved.
    file.keep()?;
    Ok(RewriteOutcome::Changed)
}

/// Puts back a file that cannot be read. What the exchange brings out is removed only if it is ours.
fn put_back(file: NamedTempFile, path: &Path, new: &[u8], error: io::Error) -> io::Error {
    let is_ours = exchange(file.path(), path).is_ok() && holds(file.path(), Some(new)).unwrap_or(false);
    if !is_ours {
        // Where names can be exchanged, keeping a file cannot fail.
        let _ = file.keep();
    }
    error
}

/// Whether a path is a regular file with this content; for `None`, whether it does not exist.
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
    fn device(path: &Path) -> Option<u64> {
        fs::metadata(path).ok().map(|metadata| metadata.dev())
    }
    device(one) == device(other)
}

#[cfg(not(unix))]
fn is_same_device(one: &Path, other: &Path) -> bool {
    one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(folder: &Path) -> RepositoryWriter {
        RepositoryWriter::lock(folder, &Cancel::default()).unwrap()
    }

    #[test]
    fn an_unchanged_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        assert_eq!(
            writer(folder.path()).replace(&path, Some(b"old"), b"new").unwrap(),
            RewriteOutcome::Written
        );
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_changed_appeared_or_disappeared_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let writer = writer(folder.path());
        assert_eq!(writer.replace(&path, Some(b"old"), b"new").unwrap(), RewriteOutcome::Changed);
        assert!(!path.exists());
        fs::write(&path, "newer").unwrap();
        for old in [None, Some(&b"old"[..]), Some(b"newer than that")] {
            assert_eq!(writer.replace(&path, old, b"new").unwrap(), RewriteOutcome::Changed);
        }
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn content_saved_just_before_an_exchange_is_restored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = NamedTempFile::new_in(folder.path()).unwrap();
        // The state after the exchange: `path` has the new text, and `file` what was saved.
        file.write_all(b"saved").unwrap();
        fs::write(&path, "new").unwrap();
        assert_eq!(put_back_unless(file, &path, b"old", b"new").unwrap(), RewriteOutcome::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"saved");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_next_run_removes_the_files_of_a_killed_run() {
        let folder = tempfile::tempdir().unwrap();
        for scratch in [folder.path().to_owned(), folder.path().join(".git")] {
            fs::create_dir_all(&scratch).unwrap();
            let left = scratch.join(format!("{PREFIX}x"));
            fs::write(&left, "half").unwrap();
            drop(writer(folder.path()));
            assert!(!left.exists(), "{}", left.display());
        }
    }
}
