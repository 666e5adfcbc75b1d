//! Locks between processes. The system drops them when a process ends, however it ends.
//!
//! `flock` on Unix, `LockFileEx` on Windows: <https://doc.rust-lang.org/std/fs/struct.File.html#method.lock>.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use thiserror::Error;

use crate::retry::{Cancel, Deadline};
use crate::target::{ReplaceError, TargetFolder};

/// How long to wait for another run that replaces a folder.
const FOLDER_TIMEOUT: Duration = Duration::from_secs(60);

/// How often a lock is tried.
const INTERVAL: Duration = Duration::from_millis(10);

/// Why a lock was not acquired.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process still holds it.
    #[error("timed out waiting for another run")]
    TimedOut,
    /// The wait was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The file cannot be opened or locked.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Locks an open file or folder for this process alone, as soon as no other process holds it.
pub(crate) fn lock_exclusive(file: &File, deadline: Deadline, cancel: &Cancel) -> Result<(), LockError> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(LockError::Cancelled),
            Err(TryLockError::WouldBlock) if deadline.left().is_none() => return Err(LockError::TimedOut),
            Err(TryLockError::WouldBlock) => thread::sleep(INTERVAL),
        }
    }
}

/// Opens a file whose only purpose is to be locked.
pub(crate) fn lock_file(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).read(true).open(path)
}

/// The lock of a folder, held until dropped. It leaves no file behind.
#[derive(Debug)]
pub(crate) struct FolderLock {
    folder: Option<File>,
}

impl FolderLock {
    /// Locks the parent of a target: one run at a time tidies up and swaps there.
    pub(crate) fn of_parent(target: &TargetFolder, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::acquire(target.parent(), target.path(), cancel)
    }

    /// Locks a folder.
    pub(crate) fn of(folder: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::acquire(folder, folder, cancel)
    }

    /// Where folders cannot be locked (Windows, some network file systems), the run goes on without a lock, and
    /// nothing is treated as left over.
    fn acquire(folder: &Path, shown: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let Ok(folder) = File::open(folder) else { return Ok(Self { folder: None }) };
        match lock_exclusive(&folder, Deadline::after(FOLDER_TIMEOUT), cancel) {
            Ok(()) => Ok(Self { folder: Some(folder) }),
            Err(LockError::Io(_)) => Ok(Self { folder: None }),
            Err(LockError::Cancelled) => Err(ReplaceError::Cancelled),
            Err(LockError::TimedOut) => Err(ReplaceError::Busy(shown.to_owned())),
        }
    }

    pub(crate) fn is_held(&self) -> bool {
        self.folder.is_some()
    }
}

/// Marks a folder as being written, for as long as the returned file is open; `None` if another run does so already.
pub(crate) fn mark_as_written(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.try_lock().ok().map(|()| folder)
}

/// Whether no run writes a folder any more. Where that cannot be determined, the answer is no.
pub(crate) fn is_abandoned(folder: &Path) -> bool {
    mark_as_written(folder).is_some()
}
