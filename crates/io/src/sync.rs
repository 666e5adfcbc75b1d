//! Everything of a folder onto the disk, before it is used.

use std::fs::{self, OpenOptions};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::cancel::Cancel;
use crate::error::ReplaceError;
use crate::parallel;

/// How many files are put onto the disk at once: systems do several in little more time than one.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(16).unwrap();

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
    let one = |_, path: &PathBuf| match cancel.is_cancelled() {
        true => Err(ReplaceError::Cancelled),
        false => put(path).map_err(|error| ReplaceError::io(path, error)),
    };
    parallel::map(AT_ONCE, paths, one).into_iter().collect()
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
