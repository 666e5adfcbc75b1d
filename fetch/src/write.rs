//! Writing a file beside its place and renaming it there: there is the old content or the new, never half.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file of our own. It may be lost when the machine stops; it is never half there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file of the user's: through a symbolic link, with the permissions it has, and onto the disk.
pub(crate) fn replace_users(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let mut file = beside(&target)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(fs::metadata(&target)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

fn beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(".start-points-").tempfile_in(folder)
}
