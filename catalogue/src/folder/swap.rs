//! Putting a finished folder into its place.

use std::fs;
use std::io;
use std::path::Path;

use super::error::WriteError;
use super::target::Target;

/// Where the old folder is for a moment, on systems that cannot exchange two.
const OLD: &str = "old";

/// Puts `new` where the target is. Where one was there it is at `new` afterwards, or gone.
pub(super) fn swap(new: &Path, target: &Target, exists: bool) -> io::Result<()> {
    if !exists {
        return fs::rename(new, target.path());
    }
    match exchange(new, target.path()) {
        Err(error) if is_unsupported(&error) => one_after_the_other(new, target),
        result => result,
    }
}

/// Ends what a killed run began with [`one_after_the_other`]: where the target is away, it comes back.
pub(super) fn finish_interrupted(target: &Target) -> Result<(), WriteError> {
    let old = target.beside(OLD);
    if old.is_dir() && !target.path().exists() {
        fs::rename(&old, target.path()).map_err(|error| WriteError::io(target.path(), error))?;
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What systems and file systems say that know no exchange.
fn is_unsupported(error: &io::Error) -> bool {
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

/// The old one goes aside, the new one comes. A run that is killed in between leaves the old one aside, from where
/// the next run brings it back.
fn one_after_the_other(new: &Path, target: &Target) -> io::Result<()> {
    let old = target.beside(OLD);
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
        fs::write(path.join("shas.txt"), text).unwrap();
    }

    fn says(target: &Target) -> String {
        fs::read_to_string(target.path().join("shas.txt")).unwrap()
    }

    #[test]
    fn both_ways_put_the_new_one_there_and_leave_nothing() {
        for way in [one_after_the_other, |new: &Path, target: &Target| swap(new, target, true)] {
            let around = tempfile::tempdir().unwrap();
            let target = Target::at(&around.path().join("c")).unwrap();
            let new = around.path().join("new");
            folder(target.path(), "old");
            folder(&new, "new");
            way(&new, &target).unwrap();
            assert_eq!(says(&target), "new");
            assert!(!target.beside(OLD).exists());
        }
    }

    #[test]
    fn a_new_one_that_cannot_come_brings_the_old_one_back() {
        let around = tempfile::tempdir().unwrap();
        let target = Target::at(&around.path().join("c")).unwrap();
        folder(target.path(), "old");
        one_after_the_other(&around.path().join("missing"), &target).unwrap_err();
        assert_eq!(says(&target), "old");
    }

    #[test]
    fn a_run_that_was_killed_in_between_is_ended_by_the_next() {
        let around = tempfile::tempdir().unwrap();
        let target = Target::at(&around.path().join("c")).unwrap();
        folder(&target.beside(OLD), "old");
        finish_interrupted(&target).unwrap();
        assert_eq!(says(&target), "old");
        finish_interrupted(&target).unwrap();
    }
}
