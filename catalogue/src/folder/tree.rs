//! Files written into a new folder, and everything onto the disk before it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use start_points_fetch::Cancel;

use super::error::WriteError;
use crate::layout::File;

/// Writes every file below `folder`, which is empty.
pub(super) fn write(
    files: &BTreeMap<String, File<'_>>,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for (path, file) in files {
        if cancel.is_cancelled() {
            return Err(WriteError::Cancelled);
        }
        let path = folder.join(path);
        for above in path.ancestors().skip(1).take_while(|above| *above != folder) {
            if !folders.insert(above.to_owned()) {
                break;
            }
        }
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| one(&path, file));
        written.map_err(|error| WriteError::io(&path, error))?;
    }
    for folder in folders.iter().rev().map(PathBuf::as_path).chain([folder]) {
        sync_folder(folder).map_err(|error| WriteError::io(folder, error))?;
    }
    Ok(())
}

/// A file that is there already is an error: two paths that a file system takes for one.
fn one(path: &Path, file: &File<'_>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o755 } else { 0o644 });
    let mut open = options.open(path)?;
    open.write_all(&file.bytes)?;
    open.sync_all()
}

/// Puts the entries of a folder onto the disk.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
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
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
