//! One run at a time writes beside a catalogue; then whatever another run left there is surely left over.

use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use start_points_fetch::Cancel;

use super::error::WriteError;
use super::target::Target;

/// How long another run is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked.
const SLICE: Duration = Duration::from_millis(10);

/// Held until dropped, or until the process ends, however it does. It leaves no file behind: the folder around
/// the catalogue is what is locked.
#[derive(Debug)]
pub(super) struct Lock {
    folder: Option<File>,
}

impl Lock {
    /// Waits for it. Where folders cannot be locked nothing is, and nothing is taken for left over.
    pub(super) fn wait(target: &Target, cancel: &Cancel) -> Result<Self, WriteError> {
        let Ok(folder) = File::open(target.parent()) else { return Ok(Self { folder: None }) };
        let started = Instant::now();
        loop {
            match folder.try_lock() {
                Ok(()) => return Ok(Self { folder: Some(folder) }),
                Err(TryLockError::Error(_)) => return Ok(Self { folder: None }),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(WriteError::Cancelled),
                Err(TryLockError::WouldBlock) if started.elapsed() > PATIENCE => {
                    return Err(WriteError::Busy(target.path().to_owned()));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(SLICE),
            }
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.folder.is_some()
    }
}
