//! A folder that is written beside its place, put onto the disk, and swapped in by one rename.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cancel::Cancel;
use crate::error::ReplaceError;
use crate::left_over;
use crate::lock::{self, Lock};
use crate::place::Place;
use crate::{swap, sync};

/// The name of what is written, until it has its own.
const NEW: &str = "new";

/// A folder being written; it disappears unless [`Replacement::commit`] puts it in its place.
///
/// Several may be written at once, by several runs: the last one that commits stays.
#[derive(Debug)]
pub struct Replacement {
    place: Place,
    /// What is written, in a folder of its own that goes away with whatever is in it then.
    new: PathBuf,
    _folder: TempDir,
    /// Says, as long as it is held, that somebody still writes there.
    _mark: Option<File>,
    cancel: Cancel,
}

impl Replacement {
    /// Begins a folder beside `target`; the folders around it are made. What a run that was cut off left there is
    /// brought to its end, or removed.
    ///
    /// # Errors
    /// Where nothing can be written there, another run holds the place, or it was cancelled.
    pub fn begin(target: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::at(Place::at(target)?, cancel)
    }

    /// Begins a folder beside this place.
    ///
    /// # Errors
    /// As [`Replacement::begin`].
    pub fn at(place: Place, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let wrap = |error| ReplaceError::io(place.around(), error);
        fs::create_dir_all(place.around()).map_err(wrap)?;
        // Made and marked under the lock: nobody takes it for left over in between.
        let lock = Lock::wait(&place, cancel)?;
        if lock.is_held() {
            left_over::tidy(&place)?;
        }
        let folder =
            tempfile::Builder::new().prefix(&place.prefix()).tempdir_in(place.around()).map_err(wrap)?;
        let mark = lock::mark(folder.path());
        // A temporary folder is its owner's alone; what is put in its place is as any other folder of the user's.
        let new = folder.path().join(NEW);
        fs::create_dir(&new).map_err(wrap)?;
        Ok(Self { new, _folder: folder, place, _mark: mark, cancel: cancel.clone() })
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.new
    }

    /// Puts it onto the disk, then in its place, and removes what was there.
    ///
    /// Where the file system cannot exchange two folders there is an instant without either; a run that is cut off
    /// then is brought to its end by the next one.
    ///
    /// # Errors
    /// Where the disk does not take it, or it was cancelled; then the old one is still there. Where the disk fails after
    /// that, [`ReplaceError::NotKept`] says that the new one is.
    pub fn commit(self) -> Result<(), ReplaceError> {
        let wrap = |error| ReplaceError::io(self.place.path(), error);
        sync::tree(self.path(), &self.cancel)?;
        let _lock = Lock::wait(&self.place, &self.cancel)?;
        if self.cancel.is_cancelled() {
            return Err(ReplaceError::Cancelled);
        }
        // What was there has the new one's temporary name now, and goes with it.
        swap::swap(self.path(), &self.place).map_err(wrap)?;
        let not_kept = |error| ReplaceError::NotKept { path: self.place.path().to_owned(), error };
        sync::folder(self.place.around()).map_err(not_kept)
    }
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
    fn there_is_the_old_folder_or_the_new_one() {
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
    fn what_a_killed_run_left_is_removed_and_what_is_being_written_is_not() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        let left = top.path().join(".out.start-points-abc");
        fs::create_dir(&left).unwrap();
        fs::create_dir(top.path().join(".out.start-points-old")).unwrap();
        let first = write(&target, "first");
        assert_eq!(fs::read_to_string(first.path().join("file")).unwrap(), "first");
        assert!(target.is_dir(), "what was aside is back");
        let second = write(&target, "second");
        assert!(!left.exists() && first.path().exists() && second.path().exists());
    }

    #[test]
    fn a_cancelled_one_leaves_the_old_one() {
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
    fn its_permissions_are_those_of_any_new_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let top = tempfile::tempdir().unwrap();
        write(&top.path().join("out"), "1").commit().unwrap();
        fs::create_dir(top.path().join("other")).unwrap();
        let mode = |name| fs::metadata(top.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("out"), mode("other"));
    }
}
