//! Files written into a new folder.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use start_points_io::{Cancel, ReplaceError};

use super::error::WriteError;
use crate::layout::File;

/// Writes every file below `folder`, which is empty.
pub(super) fn write(
    files: &BTreeMap<String, File<'_>>,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    for (path, file) in files {
        if cancel.is_cancelled() {
            return Err(ReplaceError::Cancelled.into());
        }
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| one(&path, file));
        made.map_err(|error| WriteError::io(&path, error))?;
    }
    Ok(())
}

/// A file that is there already is an error: two paths that a file system takes for one.
fn one(path: &Path, file: &File<'_>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o755 } else { 0o644 });
    options.open(path)?.write_all(&file.bytes)
}
