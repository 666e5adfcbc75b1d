//! A folder that is written under a temporary name, flushed to the disk, and swapped into place by one rename.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::lock::{self, FolderLock};
use crate::parallel;
use crate::retry::Cancel;
use crate::swap;
use crate::target::{ReplaceError, TargetFolder};

/// The name of the new folder inside its temporary one.
const NEW: &str = "new";

/// How many files are flushed at once: systems flush several in little more time than one.
const FLUSHES: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// A folder being written; it disappears unless [`Replacement::commit`] puts it into place.
///
/// Several runs may write the same folder at once: the last one that commits wins.
#[derive(Debug)]
pub struct Replacement {
    target: TargetFolder,
    /// The new folder, inside a temporary one that is removed with everything in it.
    new: PathBuf,
    _folder: TempDir,
    /// Shows other runs, as long as it is open, that the folder is still being written.
    _mark: Option<File>,
    cancel: Cancel,
}

impl Replacement {
    /// Begins a folder next to `target`; missing parent folders are created. What a killed run left there is restored
    /// or removed.
    ///
    /// # Errors
    /// If nothing can be written there, another run holds the lock, or the work is cancelled.
    pub fn begin(target: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::at(TargetFolder::at(target)?, cancel)
    }

    /// Begins a folder next to this target.
    ///
    /// # Errors
    /// See [`Replacement::begin`].
    pub fn at(target: TargetFolder, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let wrap = |error| ReplaceError::io(target.parent(), error);
        fs::create_dir_all(target.parent()).map_err(wrap)?;
        // Created and marked under the lock, so that no other run takes it for abandoned in between.
        let lock = FolderLock::of_parent(&target, cancel)?;
        if lock.is_held() {
            tidy(&target)?;
        }
        let folder =
            tempfile::Builder::new().prefix(&target.prefix()).tempdir_in(target.parent()).map_err(wrap)?;
        let mark = lock::mark_as_written(folder.path());
        // A temporary folder is private to its owner; the new folder inside it has the usual permissions.
        let new = folder.path().join(NEW);
        fs::create_dir(&new).map_err(wrap)?;
        Ok(Self { new, _folder: folder, target, _mark: mark, cancel: cancel.clone() })
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.new
    }

    /// Flushes the folder to the disk, swaps it into place, and removes the old one.
    ///
    /// On file systems that cannot exchange two folders there is an instant without either; if a run is killed then,
    /// the next run restores the old folder.
    ///
    /// # Errors
    /// If the disk fails or the work is cancelled, the old folder is still in place. If the disk fails afterwards,
    /// [`ReplaceError::NotKept`] says that the new one is.
    pub fn commit(self) -> Result<(), ReplaceError> {
        let wrap = |error| ReplaceError::io(self.target.path(), error);
        flush_tree(self.path(), &self.cancel)?;
        let _lock = FolderLock::of_parent(&self.target, &self.cancel)?;
        if self.cancel.is_cancelled() {
            return Err(ReplaceError::Cancelled);
        }
        // The old folder has the new one's temporary name now, and is removed with it.
        swap::swap(self.path(), &self.target).map_err(wrap)?;
        let not_kept = |error| ReplaceError::NotKept { path: self.target.path().to_owned(), error };
        flush_entries(self.target.parent()).map_err(not_kept)
    }
}

/// Restores what a killed run moved aside, then removes folders that no run writes any more. The parent must be locked.
fn tidy(target: &TargetFolder) -> Result<(), ReplaceError> {
    swap::finish_interrupted(target)?;
    let prefix = target.prefix();
    for entry in fs::read_dir(target.parent()).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes());
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && lock::is_abandoned(&entry.path()) {
            // A folder that cannot be removed does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Flushes a folder and everything in it to the disk.
fn flush_tree(folder: &Path, cancel: &Cancel) -> Result<(), ReplaceError> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let wrap = |error| ReplaceError::io(&folder, error);
        for entry in fs::read_dir(&folder).map_err(wrap)? {
            let entry = entry.map_err(wrap)?;
            let found = if entry.file_type().map_err(wrap)?.is_dir() { &mut folders } else { &mut files };
            found.push(entry.path());
        }
    }
    flush_all(&files, cancel, |path| OpenOptions::new().write(true).open(path)?.sync_all())?;
    flush_all(&folders, cancel, flush_entries)
}

fn flush_all(
    paths: &[PathBuf],
    cancel: &Cancel,
    flush: impl Fn(&Path) -> io::Result<()> + Sync,
) -> Result<(), ReplaceError> {
    let results = parallel::map(FLUSHES, paths, |_, path| {
        if cancel.is_cancelled() {
            return Err(ReplaceError::Cancelled);
        }
        flush(path).map_err(|error| ReplaceError::io(path, error))
    });
    results.into_iter().collect()
}

/// Flushes the list of a folder's entries: a new name survives a power cut only with it, see
/// <https://man7.org/linux/man-pages/man2/fsync.2.html>.
#[cfg(unix)]
fn flush_entries(folder: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    let unsupported = [Errno::INVAL, Errno::NOTSUP].map(Errno::raw_os_error);
    match File::open(folder)?.sync_all() {
        // Some file systems cannot flush folders.
        Err(error) if error.raw_os_error().is_some_and(|code| unsupported.contains(&code)) => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
fn flush_entries(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(target: &Path, text: &str) -> Replacement {
        let new = Replacement::begin(target, &Cancel::default()).unwrap();
        fs::write(new.path().join("file"), text).unwrap();
        new
    }

    #[test]
    fn the_folder_is_the_old_one_or_the_new_one() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("a/out");
        drop(write(&target, "given up"));
        assert!(!target.exists());
        write(&target, "1").commit().unwrap();
        let second = write(&target, "2");
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");
        second.commit().unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "2");
        assert_eq!(fs::read_dir(top.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn leftovers_of_a_killed_run_are_removed_and_folders_being_written_are_not() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        let left = top.path().join(".out.start-points-abc");
        fs::create_dir(&left).unwrap();
        fs::create_dir(top.path().join(".out.start-points-old")).unwrap();
        let first = write(&target, "first");
        assert_eq!(fs::read_to_string(first.path().join("file")).unwrap(), "first");
        assert!(target.is_dir(), "the folder that was moved aside is back");
        let second = write(&target, "second");
        assert!(!left.exists() && first.path().exists() && second.path().exists());
    }

    #[test]
    fn cancelling_keeps_the_old_folder() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        write(&target, "1").commit().unwrap();
        let cancel = Cancel::default();
        let new = Replacement::begin(&target, &cancel).unwrap();
        cancel.cancel();
        assert!(matches!(new.commit(), Err(ReplaceError::Cancelled)));
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[test]
    fn many_at_once_leave_one_whole_folder() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let target = &target;
                scope.spawn(move || {
                    for _ in 0..25 {
                        write(target, &format!("{writer}")).commit().unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
        drop(write(&target, "x"));
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let top = tempfile::tempdir().unwrap();
        write(&top.path().join("out"), "1").commit().unwrap();
        fs::create_dir(top.path().join("other")).unwrap();
        let mode = |name| fs::metadata(top.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("out"), mode("other"));
    }
}
