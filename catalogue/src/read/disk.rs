//! Reading what may be anybody's: bounded, regular files alone, and no link out.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use start_points::layout;

use super::ReadError;

/// The most files and folders that are looked at.
const MAX_ENTRIES: u64 = 1_000_000;

/// How deep they lie.
const MAX_DEPTH: u64 = 32;

/// What [`Place::manifests`](super::Place::manifests) answers.
pub(super) fn manifests(folder: &Path) -> Result<Vec<(usize, String)>, ReadError> {
    let mut found = Vec::new();
    let mut seen = 0;
    for name in names(folder, &mut seen)? {
        if let (Ok(index), true) = (name.parse::<usize>(), is_folder(&folder.join(&name))) {
            walk(folder, &name, index, 0, &mut seen, &mut found)?;
        }
    }
    found.sort();
    Ok(found)
}

fn walk(
    top: &Path,
    path: &str,
    index: usize,
    depth: u64,
    seen: &mut u64,
    found: &mut Vec<(usize, String)>,
) -> Result<(), ReadError> {
    if depth > MAX_DEPTH {
        let what = "folders inside one another";
        return Err(ReadError::TooMany { path: top.join(path), what, limit: MAX_DEPTH });
    }
    for name in names(&top.join(path), seen)? {
        let below = layout::join(path, &name);
        if name == layout::MANIFEST {
            found.push((index, below));
        } else if !name.starts_with('.') && is_folder(&top.join(&below)) {
            walk(top, &below, index, depth + 1, seen, found)?;
        }
    }
    Ok(())
}

/// The names in a folder; those that are not UTF-8 no manifest can name.
fn names(folder: &Path, seen: &mut u64) -> Result<Vec<String>, ReadError> {
    let wrap = |error| ReadError::Io { path: folder.to_owned(), error };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrap)? {
        *seen += 1;
        if *seen > MAX_ENTRIES {
            let what = "files and folders";
            return Err(ReadError::TooMany { path: folder.to_owned(), what, limit: MAX_ENTRIES });
        }
        names.extend(entry.map_err(wrap)?.file_name().into_string().ok());
    }
    Ok(names)
}

/// Links to folders are not followed.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// What [`Place::bytes`](super::Place::bytes) answers.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ReadError> {
    let wrap = |error| ReadError::Io { path: path.to_owned(), error };
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrap(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(wrap)?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooMany { path: path.to_owned(), what: "bytes", limit });
    }
    Ok(Some(bytes))
}

/// A pipe neither blocks nor passes.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no regular file")),
    }
}
