//! One run at a time tidies up beside a place and swaps there; the folder around it is what is locked.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::error::ReplaceError;
use crate::place::Place;

/// How long another run is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked.
const SLICE: Duration = Duration::from_millis(10);

/// Held until dropped, or until the process ends, however it does. It leaves no file behind.
#[derive(Debug)]
pub(crate) struct Lock {
    folder: Option<File>,
}

impl Lock {
    /// Waits for it. Where folders cannot be locked nothing is, and nothing is taken for left over.
    pub(crate) fn wait(place: &Place, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::wait_at(place.around(), place.path(), cancel)
    }

    /// Waits for the lock of a folder.
    pub(crate) fn wait_for(folder: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        Self::wait_at(folder, folder, cancel)
    }

    fn wait_at(folder: &Path, shown: &Path, cancel: &Cancel) -> Result<Self, ReplaceError> {
        let Ok(folder) = File::open(folder) else { return Ok(Self { folder: None }) };
        let started = Instant::now();
        loop {
            match folder.try_lock() {
                Ok(()) => return Ok(Self { folder: Some(folder) }),
                Err(TryLockError::Error(_)) => return Ok(Self { folder: None }),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => {
                    return Err(ReplaceError::Cancelled);
                }
                Err(TryLockError::WouldBlock) if started.elapsed() > PATIENCE => {
                    return Err(ReplaceError::Busy(shown.to_owned()));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(SLICE),
            }
        }
    }

    pub(crate) fn is_held(&self) -> bool {
        self.folder.is_some()
    }
}

/// The word that a folder is being written, as long as the file is open; nobody else has it yet.
pub(crate) fn mark(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.try_lock().ok().map(|()| folder)
}

/// Whether nobody writes a folder any more. Where that cannot be known, somebody may.
pub(crate) fn is_left(folder: &Path) -> bool {
    mark(folder).is_some()
}
