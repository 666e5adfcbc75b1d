//! Swapping a finished folder into its place.

use std::fs;
use std::io;
use std::path::Path;

use crate::target::{ReplaceError, TargetFolder};

/// The suffix of the old folder for a moment, on systems that cannot exchange two folders.
const OLD: &str = "old";

/// Moves `new` to the target. A folder that was there is at `new` afterwards, or gone.
pub(crate) fn swap(new: &Path, target: &TargetFolder) -> io::Result<()> {
    if !target.path().exists() {
        return fs::rename(new, target.path());
    }
    match exchange(new, target.path()) {
        Err(error) if is_unsupported(&error) => move_aside_and_rename(new, target),
        result => result,
    }
}

/// Undoes half of a [`move_aside_and_rename`] that was killed: a folder that was moved aside comes back.
pub(crate) fn finish_interrupted(target: &TargetFolder) -> Result<(), ReplaceError> {
    let old = target.sibling(OLD);
    if old.is_dir() && !target.path().exists() {
        fs::rename(&old, target.path()).map_err(|error| ReplaceError::io(target.path(), error))?;
    }
    Ok(())
}

/// Exchanges two names in one step: `RENAME_EXCHANGE` of Linux (<https://man7.org/linux/man-pages/man2/rename.2.html>),
/// `RENAME_SWAP` of Apple's systems.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether an error says that the system or the file system cannot exchange names.
pub(crate) fn is_unsupported(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let unsupported = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP];
        if unsupported.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error())) {
            return true;
        }
    }
    error.kind() == io::ErrorKind::Unsupported
}

/// Moves the old folder aside, then the new one in. A run that is killed in between leaves the old one aside, and the
/// next run brings it back.
fn move_aside_and_rename(new: &Path, target: &TargetFolder) -> io::Result<()> {
    let old = target.sibling(OLD);
    match fs::remove_dir_all(&old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(target.path(), &old)?;
    if let Err(error) = fs::rename(new, target.path()) {
        fs::rename(&old, target.path())?;
        return Err(error);
    }
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &Path, text: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("file"), text).unwrap();
    }

    fn content(target: &TargetFolder) -> String {
        fs::read_to_string(target.path().join("file")).unwrap()
    }

    #[test]
    fn both_ways_swap_and_leave_nothing_behind() {
        for way in [move_aside_and_rename, swap] {
            let parent = tempfile::tempdir().unwrap();
            let target = TargetFolder::at(&parent.path().join("c")).unwrap();
            let new = parent.path().join("new");
            folder(target.path(), "old");
            folder(&new, "new");
            way(&new, &target).unwrap();
            assert_eq!(content(&target), "new");
            assert!(!target.sibling(OLD).exists());
        }
    }

    #[test]
    fn a_failed_swap_restores_the_old_folder() {
        let parent = tempfile::tempdir().unwrap();
        let target = TargetFolder::at(&parent.path().join("c")).unwrap();
        folder(target.path(), "old");
        move_aside_and_rename(&parent.path().join("missing"), &target).unwrap_err();
        assert_eq!(content(&target), "old");
    }

    #[test]
    fn the_next_run_restores_a_folder_that_was_moved_aside() {
        let parent = tempfile::tempdir().unwrap();
        let target = TargetFolder::at(&parent.path().join("c")).unwrap();
        folder(&target.sibling(OLD), "old");
        finish_interrupted(&target).unwrap();
        assert_eq!(content(&target), "old");
        finish_interrupted(&target).unwrap();
    }
}
