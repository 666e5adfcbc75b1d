//! Reading files: bounded, and never through a pipe or device.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use start_points::check::SourceFile;
use start_points::files::{Entry, Files, Other, normal};

use crate::Error;

/// The most bytes of a file beside a manifest that are read; of larger ones only the size is known.
const MAX_FILE_BYTES: u64 = 25 * 1024;

/// The most files of a folder that are looked at.
const MAX_FOLDER_ENTRIES: usize = 10_000;

/// A path as reports show it: forward slashes, no leading `./`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    match text.strip_prefix("./") {
        Some("") => ".".to_owned(),
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A path as told from the top of the git repository that it is in; as it is where it is in none.
#[must_use]
pub fn from_repository_top(path: &str) -> String {
    let relative = || {
        let absolute = without_parents(&std::path::absolute(path).ok()?);
        let top = absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        Some(shown(absolute.strip_prefix(top).ok()?))
    };
    relative().unwrap_or_else(|| path.to_owned())
}

/// `a/../b` as `b`: GitHub and code-scanning services compare paths as they are written.
fn without_parents(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::ParentDir => _ = normal.pop(),
            other => normal.push(other),
        }
        normal
    })
}

/// Opens a regular file for reading; a pipe neither blocks nor passes.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("is a pipe, socket or device"));
    }
    Ok((file, metadata.len()))
}

/// The first `limit + 1` bytes of a regular file: one more than allowed shows that it is too large.
///
/// # Errors
/// What the system says, and where it is no regular file.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, size) = open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file of at most `limit` bytes.
///
/// # Errors
/// Where it cannot be read, is larger, or is not UTF-8; the message names it.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Error> {
    let bytes = read(path, limit).map_err(|error| Error::Path { path: path.to_owned(), error })?;
    let failed = |why: &str| Error::Settings { message: format!("`{}` {why}", shown(path)), hint: None };
    if bytes.len() as u64 > limit {
        return Err(failed(&format!("has more than {limit} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed("is not UTF-8"))
}

/// A file that may be missing, with its path as reports show it; one that is there and cannot be read says why.
#[must_use]
pub fn source_file(path: &Path, limit: u64) -> Option<SourceFile> {
    let content = match read(path, limit) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return None,
        content => content.map_err(|error| error.to_string()),
    };
    Some(SourceFile { path: shown(path).into(), content })
}

/// What a manifest in `folder` sees: the files it names, and what else lies beside it.
///
/// At the top of a git repository the neighbours are the repository's own, and are left out.
#[must_use]
pub fn beside(folder: &Path, named: &[&str]) -> Files {
    let mut files = Files::new();
    if !folder.join(".git").exists() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_FOLDER_ENTRIES);
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            if let Some(name) = entry.file_name().to_str() {
                files.insert(name, Entry::Size(0));
            }
        }
    }
    add_named(&mut files, folder, named);
    files
}

/// The files that a manifest in `folder` names, and nothing else of what lies there.
#[must_use]
pub fn named(folder: &Path, named: &[&str]) -> Files {
    let mut files = Files::new();
    add_named(&mut files, folder, named);
    files
}

fn add_named(files: &mut Files, folder: &Path, named: &[&str]) {
    for name in named {
        // Names that lead out are faults of their own; nothing outside the folder is ever touched.
        if name.starts_with('/') || name.contains('\0') || name.split('/').any(|segment| segment == "..") {
            continue;
        }
        if let Some(entry) = entry(folder, &normal(name)) {
            files.insert(name, entry);
        }
    }
}

/// What stands under a name below `folder`; `None` where nothing does.
fn entry(folder: &Path, name: &str) -> Option<Entry> {
    let path = folder.join(name);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Some(Entry::Other(Other::Unreadable));
        }
        Err(_) => return None,
    };
    if (metadata.is_symlink() || name.contains('/')) && !is_inside(folder, &path) {
        return Some(Entry::Other(Other::EscapingLink));
    }
    let kind = fs::metadata(&path).ok()?;
    if kind.is_dir() {
        return Some(Entry::Other(Other::Folder));
    }
    if !kind.is_file() {
        return Some(Entry::Other(Other::Special));
    }
    if kind.len() > MAX_FILE_BYTES {
        return Some(Entry::Size(kind.len()));
    }
    match read(&path, MAX_FILE_BYTES) {
        Ok(bytes) => Some(Entry::Content(bytes)),
        Err(_) => Some(Entry::Other(Other::Unreadable)),
    }
}

/// Whether a path, with every link followed, is below `folder`.
fn is_inside(folder: &Path, path: &Path) -> bool {
    match (fs::canonicalize(folder), fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => false,
    }
}
