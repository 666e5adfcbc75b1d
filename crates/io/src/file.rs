//! Single files: bounded reading, and writing that leaves the old content or the new, never half.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Reads the first `limit + 1` bytes of a regular file; the extra byte shows that the file is too large.
///
/// A pipe neither blocks nor passes: `O_NONBLOCK` opens one without a writer at once, see
/// <https://pubs.opengroup.org/onlinepubs/9799919799/functions/open.html>.
///
/// # Errors
/// The system's error, or one that says that the path is not a regular file.
pub fn read_regular_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("is a pipe, socket or device"));
    }
    let mut bytes =
        Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or_default().saturating_add(1));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file; `None` if it does not exist.
///
/// # Errors
/// The system's error.
pub fn read_if_exists(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes one of the user's files: through a symbolic link, with the permissions of the existing file, and flushed to
/// the disk. Missing parent folders are created.
///
/// # Errors
/// The system's error.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    fs::create_dir_all(parent(&target))?;
    let mut file = temporary_sibling(&target)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    copy_permissions(&target, file.as_file())?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file that can be created again, such as one of a cache. It is not flushed: a power cut may lose it.
///
/// # Errors
/// The system's error.
pub fn write_cache_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary_sibling(path)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary_sibling(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".start-points-").tempfile_in(parent(path))
}

/// Gives a file the permissions of the one that it replaces; a new file gets those of any other new file.
pub(crate) fn copy_permissions(target: &Path, file: &File) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(metadata) => file.set_permissions(metadata.permissions()),
        #[cfg(unix)]
        Err(_) => {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(fs::Permissions::from_mode(0o644))
        }
        #[cfg(not(unix))]
        Err(_) => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn writing_follows_a_link_and_keeps_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("below/real"), folder.path().join("link"));
        write_file(&real, b"1").unwrap();
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o644);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o755)).unwrap();
        symlink(&real, &link).unwrap();
        write_file(&link, b"2").unwrap();
        assert!(link.is_symlink() && fs::read(&real).unwrap() == b"2");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn reading_is_bounded_and_refuses_folders_and_pipes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "abcdef").unwrap();
        assert_eq!(read_regular_file(&file, 9).unwrap(), b"abcdef");
        assert_eq!(read_regular_file(&file, 2).unwrap(), b"abc");
        assert_eq!(read_regular_file(folder.path(), 9).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read_regular_file(&pipe, 9).unwrap_err().to_string(), "is a pipe, socket or device");
    }
}
