//! Files written into a new folder, and everything onto the disk before it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use start_points_fetch::Cancel;

use super::error::WriteError;
use crate::layout::File;

/// How many files are put onto the disk at once: systems do several in little more time than one.
const AT_ONCE: usize = 16;

/// Writes every file below `folder`, which is empty.
pub(super) fn write(
    files: &BTreeMap<String, File<'_>>,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    let mut written: Vec<(PathBuf, fs::File)> = Vec::new();
    let mut folders = BTreeSet::from([folder.to_owned()]);
    for (path, file) in files {
        if cancel.is_cancelled() {
            return Err(WriteError::Cancelled);
        }
        let path = folder.join(path);
        let new = path.ancestors().skip(1).take_while(|above| !folders.contains(*above));
        let new: Vec<_> = new.map(Path::to_owned).collect();
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| one(&path, file));
        folders.extend(new);
        let open = made.map_err(|error| WriteError::io(&path, error))?;
        written.push((path, open));
        if written.len() == AT_ONCE {
            sync(std::mem::take(&mut written), |file| file.sync_all())?;
        }
    }
    sync(written, |file| file.sync_all())?;
    let folders: Vec<_> = folders.into_iter().map(|folder| (folder.clone(), folder)).collect();
    for folders in folders.chunks(AT_ONCE) {
        sync(folders.to_vec(), |folder| sync_folder(&folder))?;
    }
    Ok(())
}

/// Puts things onto the disk, all at once.
fn sync<T: Send>(
    things: Vec<(PathBuf, T)>,
    put: impl Fn(T) -> io::Result<()> + Sync,
) -> Result<(), WriteError> {
    let put = &put;
    thread::scope(|scope| {
        let each: Vec<_> = things
            .into_iter()
            .map(|(path, thing)| {
                scope.spawn(move || put(thing).map_err(|error| WriteError::io(&path, error)))
            })
            .collect();
        each.into_iter()
            .try_for_each(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// A file that is there already is an error: two paths that a file system takes for one.
fn one(path: &Path, file: &File<'_>) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o755 } else { 0o644 });
    let mut open = options.open(path)?;
    open.write_all(&file.bytes)?;
    Ok(open)
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
