//! Everything of a folder onto the disk, before it is used.

use std::fs::{self, OpenOptions};
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::cancel::Cancel;
use crate::error::ReplaceError;

/// How many files are put onto the disk at once: systems do several in little more time than one.
const AT_ONCE: usize = 16;

/// Puts everything below a folder, and itself, onto the disk.
pub(crate) fn tree(folder: &Path, cancel: &Cancel) -> Result<(), ReplaceError> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let wrap = |error| ReplaceError::io(&folder, error);
        for entry in fs::read_dir(&folder).map_err(wrap)? {
            let entry = entry.map_err(wrap)?;
            let below = if entry.file_type().map_err(wrap)?.is_dir() { &mut folders } else { &mut files };
            below.push(entry.path());
        }
    }
    each(&files, cancel, |path| OpenOptions::new().write(true).open(path)?.sync_all())?;
    each(&folders, cancel, self::folder)
}

/// All of them, several at once.
fn each(
    paths: &[PathBuf],
    cancel: &Cancel,
    put: impl Fn(&Path) -> io::Result<()> + Sync,
) -> Result<(), ReplaceError> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            if cancel.is_cancelled() {
                return Err(ReplaceError::Cancelled);
            }
            put(path).map_err(|error| ReplaceError::io(path, error))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..AT_ONCE.min(paths.len())).map(|_| scope.spawn(work)).collect();
        let done = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done.fold(work(), Result::and)
    })
}

/// Puts the entries of a folder onto the disk.
#[cfg(unix)]
pub(crate) fn folder(folder: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    let unsupported = [Errno::INVAL, Errno::NOTSUP].map(Errno::raw_os_error);
    match fs::File::open(folder)?.sync_all() {
        // File systems that know no such thing.
        Err(error) if error.raw_os_error().is_some_and(|code| unsupported.contains(&code)) => Ok(()),
        result => result,
    }
}

/// Puts the entries of a folder onto the disk, where the system can.
#[cfg(not(unix))]
pub(crate) fn folder(_: &Path) -> io::Result<()> {
    Ok(())
}
