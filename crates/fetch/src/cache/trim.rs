//! Making room: what was used longest ago goes first.

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{COMMITS, CacheError, IN_USE, NAMED, lock, record, store};

pub(super) const SCRATCH: &str = "scratch";

/// What a run that was killed left behind, and surely no other run works on.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a cache in use is waited for before it is cleaned.
const PATIENCE: Duration = Duration::from_millis(500);

/// What was removed from the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Freed {
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

struct Found {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

pub(super) fn to(cache: &Path, limit: u64) -> io::Result<Freed> {
    let mut blobs = found(&cache.join(store::FOLDER))?;
    let mut total: u64 = blobs.iter().map(|blob| blob.bytes).sum();
    let mut freed = Freed::default();
    blobs.sort_by_key(|blob| blob.used);
    for blob in blobs {
        if total <= limit {
            break;
        }
        total -= blob.bytes;
        freed.remove(&blob)?;
    }
    if freed.files > 0 {
        remove_dangling(cache)?;
    }
    remove_stale(cache)?;
    Ok(freed)
}

pub(super) fn all(cache: &Path) -> Result<Freed, CacheError> {
    let wrap = |error| CacheError::Io { folder: cache.to_owned(), error };
    let mut freed = Freed::default();
    if !cache.exists() {
        return Ok(freed);
    }
    let in_use = lock::file(&cache.join(IN_USE)).map_err(wrap)?;
    let started = Instant::now();
    loop {
        match in_use.try_lock() {
            Ok(()) => break,
            // A program that another thread is just starting holds our own files for a moment.
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => thread::sleep(PATIENCE / 20),
            Err(TryLockError::WouldBlock) => return Err(CacheError::InUse(cache.to_owned())),
            Err(TryLockError::Error(error)) => return Err(wrap(error)),
        }
    }
    for folder in [COMMITS, NAMED, record::FOLDER, store::FOLDER, lock::FOLDER] {
        for file in found(&cache.join(folder)).map_err(wrap)? {
            freed.remove(&file).map_err(wrap)?;
        }
    }
    match fs::remove_dir_all(cache.join(SCRATCH)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(wrap(error)),
        _ => Ok(freed),
    }
}

impl Freed {
    fn remove(&mut self, found: &Found) -> io::Result<()> {
        match fs::remove_file(&found.path) {
            Ok(()) => {
                self.files += 1;
                self.bytes += found.bytes;
                Ok(())
            }
            // Another run was there first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Commits and names whose bytes are gone.
fn remove_dangling(cache: &Path) -> io::Result<()> {
    for folder in [COMMITS, NAMED] {
        for pointer in found(&cache.join(folder))? {
            let digest = fs::read_to_string(&pointer.path).unwrap_or_default();
            if !store::path(cache, digest.trim()).exists() {
                Freed::default().remove(&pointer)?;
            }
        }
    }
    Ok(())
}

fn remove_stale(cache: &Path) -> io::Result<()> {
    for entry in fs::read_dir(cache.join(SCRATCH))?.flatten() {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
        if matches!(age, Ok(Ok(age)) if age > STALE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

fn found(folder: &Path) -> io::Result<Vec<Found>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        // One that went away meanwhile needs no room.
        let Ok(metadata) = entry.metadata() else { continue };
        files.push(Found {
            path: entry.path(),
            bytes: metadata.len(),
            used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        });
    }
    Ok(files)
}
