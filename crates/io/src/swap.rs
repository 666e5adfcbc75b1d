//! Putting a finished folder into its place.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::ReplaceError;
use crate::place::Place;

/// Where the old folder is for a moment, on systems that cannot exchange two.
const OLD: &str = "old";

/// Puts `new` there. Where one was there it is at `new` afterwards, or gone.
pub(crate) fn swap(new: &Path, place: &Place) -> io::Result<()> {
    if !place.path().exists() {
        return fs::rename(new, place.path());
    }
    match exchange(new, place.path()) {
        Err(error) if is_unsupported(&error) => one_after_the_other(new, place),
        result => result,
    }
}

/// Ends what a killed run began with [`one_after_the_other`]: where the folder is away, it comes back.
pub(crate) fn finish_interrupted(place: &Place) -> Result<(), ReplaceError> {
    let old = place.beside(OLD);
    if old.is_dir() && !place.path().exists() {
        fs::rename(&old, place.path()).map_err(|error| ReplaceError::io(place.path(), error))?;
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What systems and file systems say that know no exchange.
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

/// The old one goes aside, the new one comes. A run that is killed in between leaves the old one aside, from where
/// the next run brings it back.
fn one_after_the_other(new: &Path, place: &Place) -> io::Result<()> {
    let old = place.beside(OLD);
    match fs::remove_dir_all(&old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(place.path(), &old)?;
    if let Err(error) = fs::rename(new, place.path()) {
        fs::rename(&old, place.path())?;
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

    fn says(place: &Place) -> String {
        fs::read_to_string(place.path().join("file")).unwrap()
    }

    #[test]
    fn both_ways_put_the_new_one_there_and_leave_nothing() {
        for way in [one_after_the_other, swap] {
            let around = tempfile::tempdir().unwrap();
            let place = Place::at(&around.path().join("c")).unwrap();
            let new = around.path().join("new");
            folder(place.path(), "old");
            folder(&new, "new");
            way(&new, &place).unwrap();
            assert_eq!(says(&place), "new");
            assert!(!place.beside(OLD).exists());
        }
    }

    #[test]
    fn a_new_one_that_cannot_come_brings_the_old_one_back() {
        let around = tempfile::tempdir().unwrap();
        let place = Place::at(&around.path().join("c")).unwrap();
        folder(place.path(), "old");
        one_after_the_other(&around.path().join("missing"), &place).unwrap_err();
        assert_eq!(says(&place), "old");
    }

    #[test]
    fn a_run_that_was_killed_in_between_is_ended_by_the_next() {
        let around = tempfile::tempdir().unwrap();
        let place = Place::at(&around.path().join("c")).unwrap();
        folder(&place.beside(OLD), "old");
        finish_interrupted(&place).unwrap();
        assert_eq!(says(&place), "old");
        finish_interrupted(&place).unwrap();
    }
}
