//! A folder that is written beside its place and put there at once: there is the old one or the new one.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

const MARK: &str = ".start-points-";

/// A folder being written; it disappears unless [`Replacement::commit`] puts it in its place.
///
/// What a killed process left beside is removed when the next one begins.
#[derive(Debug)]
pub struct Replacement {
    target: PathBuf,
    folder: TempDir,
    /// Says, as long as it is held, that somebody still writes there.
    _lock: File,
}

impl Replacement {
    /// Begins a folder beside `target`, whose own folder must be there.
    ///
    /// # Errors
    ///
    /// Where the disk does not take it.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let target = if target.is_symlink() { target.canonicalize()? } else { target.to_owned() };
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "the folder to be written has no name");
        let name = target.file_name().ok_or_else(missing)?;
        let parent =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(MARK);
        sweep(parent, &prefix);
        loop {
            let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent)?;
            // Between its making and its locking another process may sweep it.
            let lock = match File::open(folder.path()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            let is_swept = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            if !is_swept && folder.path().exists() {
                return Ok(Self { target, folder, _lock: lock });
            }
        }
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts it in its place and removes what was there.
    ///
    /// Where the file system cannot exchange two folders, there is an instant without either.
    ///
    /// # Errors
    ///
    /// Where the disk does not take it; then the old one is still there.
    pub fn commit(self) -> io::Result<()> {
        readable(self.path())?;
        if !self.target.exists() && fs::rename(self.path(), &self.target).is_ok() {
            let _ = self.folder.keep();
            return Ok(());
        }
        // What was there has the temporary name now, and goes with it.
        exchange(self.path(), &self.target)
    }
}

/// A temporary folder is its owner's alone; what is put in its place is as any other folder.
#[cfg(unix)]
fn readable(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            aside(new, old)
        }
        other => Ok(other?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    aside(new, old)
}

/// Exchanges two folders in three steps; the old one comes back where the second fails.
fn aside(new: &Path, old: &Path) -> io::Result<()> {
    let mut away = new.as_os_str().to_owned();
    away.push("-old");
    let away = PathBuf::from(away);
    fs::rename(old, &away)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&away, old)?;
        return Err(error);
    }
    fs::rename(&away, new)
}

/// Removes what nobody writes any more.
fn sweep(parent: &Path, prefix: &OsString) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            continue;
        }
        let Ok(folder) = File::open(entry.path()) else { continue };
        match folder.try_lock() {
            Ok(()) => drop(fs::remove_dir_all(entry.path())),
            // Where nothing can be locked nothing is known, and it stays.
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(target: &Path, text: &str) -> Replacement {
        let new = Replacement::beside(target).unwrap();
        fs::write(new.path().join("file"), text).unwrap();
        new
    }

    #[test]
    fn there_is_the_old_folder_or_the_new_one() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        drop(write(&target, "given up"));
        assert!(!target.exists());
        write(&target, "1").commit().unwrap();
        let second = write(&target, "2");
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");
        second.commit().unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "2");
        aside(write(&target, "3").path(), &target).unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "3");
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_swept_and_what_is_being_written_is_not() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        let left = top.path().join(".out.start-points-abc");
        fs::create_dir(&left).unwrap();
        let first = write(&target, "first");
        let second = write(&target, "second");
        assert!(!left.exists() && first.path().exists() && second.path().exists());
    }

    #[test]
    fn many_at_once_leave_one_whole_folder() {
        let top = tempfile::tempdir().unwrap();
        let target = top.path().join("out");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let target = &target;
                scope.spawn(move || {
                    for _ in 0..50 {
                        write(target, &format!("{writer}")).commit().unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
        drop(Replacement::beside(&target).unwrap());
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }
}
