//! Locks between runs: files that are never removed while the cache is in use, so that all lock the same one.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use start_points_io::Cancel;

use crate::limits::Deadline;

pub(super) const FOLDER: &str = "locks";

/// How often a lock that somebody else holds is tried.
const SLICE: Duration = Duration::from_millis(20);

/// Held until dropped, or until the process ends, however it does.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for a lock; `None` where the time is up or it was cancelled.
    pub(super) fn wait(
        cache: &Path,
        name: &str,
        deadline: Deadline,
        cancel: &Cancel,
    ) -> io::Result<Option<Self>> {
        let file = file(&cache.join(FOLDER).join(name))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            if cancel.is_cancelled() || deadline.left().is_none() {
                return Ok(None);
            }
            thread::sleep(SLICE);
        }
    }

    /// Takes a lock that is never held for long.
    pub(super) fn take(cache: &Path, name: &str) -> io::Result<Self> {
        let file = file(&cache.join(FOLDER).join(name))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

pub(super) fn file(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).read(true).open(path)
}
