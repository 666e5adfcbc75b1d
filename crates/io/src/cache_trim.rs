//! Making room in the cache: what was used longest ago goes first.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cache_layout::{BLOBS, COMMITS, IN_USE, LOCKS, NAMED, RECORDS, SCRATCH, blob_path};
use crate::lock::{LockError, lock_exclusive, lock_file};
use crate::retry::{Cancel, Deadline};

/// The age from which scratch folders are those of killed runs.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait for a cache in use before cleaning fails. A program that another thread is just starting holds our
/// own lock for a moment, until it closes what it inherited.
const CLEAN_TIMEOUT: Duration = Duration::from_millis(500);

/// What was removed from the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FreedSpace {
    /// The number of files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

struct CacheFile {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Removes blobs until the rest is within the limit, and what else is useless.
pub(crate) fn trim(cache: &Path, limit: u64) -> io::Result<FreedSpace> {
    let mut blobs = list(&cache.join(BLOBS))?;
    let mut total: u64 = blobs.iter().map(|blob| blob.bytes).sum();
    let mut freed = FreedSpace::default();
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

/// Removes everything, unless another run uses the cache.
pub(crate) fn clean(cache: &Path) -> Result<FreedSpace, LockError> {
    let mut freed = FreedSpace::default();
    if !cache.exists() {
        return Ok(freed);
    }
    let in_use = lock_file(&cache.join(IN_USE))?;
    lock_exclusive(&in_use, Deadline::after(CLEAN_TIMEOUT), &Cancel::default())?;
    for folder in [COMMITS, NAMED, RECORDS, BLOBS, LOCKS] {
        for file in list(&cache.join(folder))? {
            freed.remove(&file)?;
        }
    }
    match fs::remove_dir_all(cache.join(SCRATCH)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(freed),
    }
}

impl FreedSpace {
    fn remove(&mut self, file: &CacheFile) -> io::Result<()> {
        match fs::remove_file(&file.path) {
            Ok(()) => {
                self.files += 1;
                self.bytes += file.bytes;
                Ok(())
            }
            // Another run removed it first.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Removes keys whose blobs are gone.
fn remove_dangling(cache: &Path) -> io::Result<()> {
    for folder in [COMMITS, NAMED] {
        for key in list(&cache.join(folder))? {
            let digest = fs::read_to_string(&key.path).unwrap_or_default();
            if !blob_path(cache, digest.trim()).exists() {
                FreedSpace::default().remove(&key)?;
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

fn list(folder: &Path) -> io::Result<Vec<CacheFile>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        // A file that disappeared in the meantime needs no room.
        let Ok(metadata) = entry.metadata() else { continue };
        files.push(CacheFile {
            path: entry.path(),
            bytes: metadata.len(),
            used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        });
    }
    Ok(files)
}
