//! Writes a catalogue as a folder: complete beside its place, then swapped in.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use start_points::shown::shown;
use start_points_io::{Cancel, ReplaceError, Replacement, TargetFolder, WriteOutcome};
use thiserror::Error;

use crate::catalogue::Catalogue;
use crate::format::{CatalogueFile, DIGESTS, KIND, SHAS, is_number, stays_inside};

/// Whether a catalogue may be written here: the path is free, an empty folder, or a catalogue.
///
/// # Errors
/// Anything else exists here, or the folder cannot be read.
pub fn check_place(folder: &Path) -> Result<(), WriteError> {
    is_replaceable(&TargetFolder::at(folder)?).map(drop)
}

/// Writes a catalogue as a folder. An existing catalogue is replaced.
///
/// # Errors
/// Anything else exists there, the disk fails, or it was cancelled. Then the folder is as before.
pub fn write(catalogue: &Catalogue, folder: &Path, cancel: &Cancel) -> Result<WriteOutcome, WriteError> {
    let files = catalogue.files();
    if let Some(path) = files.keys().find(|path| !stays_inside(path)) {
        return Err(WriteError::HostilePath(shown(path).into_owned()));
    }
    let place = TargetFolder::at(folder)?;
    is_replaceable(&place)?;
    // This also restores a catalogue that a killed run left aside.
    let new = Replacement::at(place.clone(), cancel)?;
    let exists = is_replaceable(&place)?;
    if exists && is_same(place.path(), &files) {
        return Ok(WriteOutcome::Unchanged);
    }
    write_files(&files, new.path(), cancel)?;
    new.commit()?;
    Ok(if exists { WriteOutcome::Replaced } else { WriteOutcome::New })
}

/// Why a catalogue cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// An I/O error.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The folder is not a catalogue; writing would remove its content.
    #[error("`{}` is not a catalogue: {found}", folder.display())]
    NotACatalogue {
        /// The folder.
        folder: PathBuf,
        /// The entry that does not belong there, or is missing.
        found: String,
    },
    /// A path that leads out of the folder.
    #[error("a start-point's file has the hostile path `{0}`")]
    HostilePath(String),
    /// The folder cannot be replaced.
    #[error(transparent)]
    Place(#[from] ReplaceError),
}

impl WriteError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Place(ReplaceError::Cancelled))
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotACatalogue { .. }
            | Self::Place(ReplaceError::NotAFolder(_) | ReplaceError::NoParent(_)) => {
                Some("use a new or empty folder, or an existing catalogue, which is then replaced")
            }
            Self::HostilePath(_) => Some("rename it in the repository"),
            Self::Place(error) => error.hint(),
            Self::Io { .. } => None,
        }
    }
}

/// Whether the folder is a catalogue to replace; an error if it has anything else.
fn is_replaceable(place: &TargetFolder) -> Result<bool, WriteError> {
    let Some(entries) = place.entries()? else { return Ok(false) };
    let not_a_catalogue = |found| WriteError::NotACatalogue { folder: place.path().to_owned(), found };
    if let Some(other) = entries.iter().find(|entry| !belongs(&entry.file_name(), entry.file_type())) {
        let name = other.file_name().to_string_lossy().into_owned();
        return Err(not_a_catalogue(format!("it contains `{}`", shown(&name))));
    }
    if !entries.is_empty() && entries.iter().all(|entry| entry.file_name() != SHAS) {
        return Err(not_a_catalogue(format!("it has no `{SHAS}`")));
    }
    Ok(!entries.is_empty())
}

/// Whether a catalogue can have such an entry at its top.
fn belongs(name: &OsStr, kind: io::Result<fs::FileType>) -> bool {
    let Ok(kind) = kind else { return false };
    if name == SHAS || name == KIND || name == DIGESTS {
        return kind.is_file();
    }
    name.to_str().is_some_and(is_number) && kind.is_dir()
}

/// Writes every file into an empty folder.
fn write_files(
    files: &BTreeMap<String, CatalogueFile<'_>>,
    folder: &Path,
    cancel: &Cancel,
) -> Result<(), WriteError> {
    for (path, file) in files {
        if cancel.is_cancelled() {
            return Err(ReplaceError::Cancelled.into());
        }
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| write_file(&path, file));
        made.map_err(|error| WriteError::io(&path, error))?;
    }
    Ok(())
}

/// An existing file is an error: two paths are the same to this file system.
fn write_file(path: &Path, file: &CatalogueFile<'_>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o755 } else { 0o644 });
    options.open(path)?.write_all(&file.bytes)
}

/// Whether the folder has these files and nothing else. Anything unreadable differs.
fn is_same(folder: &Path, files: &BTreeMap<String, CatalogueFile<'_>>) -> bool {
    count_entries(folder).is_some_and(|count| count == expected_entries(files))
        && files.iter().all(|(path, file)| is_file(&folder.join(path), file))
}

/// The number of files and folders below; `None` if an entry is neither.
fn count_entries(folder: &Path) -> Option<usize> {
    let mut found = 0;
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let kind = entry.file_type().ok()?;
        found += 1;
        match (kind.is_dir(), kind.is_file()) {
            (true, _) => found += count_entries(&entry.path())?,
            (false, true) => {}
            (false, false) => return None,
        }
    }
    Some(found)
}

fn expected_entries(files: &BTreeMap<String, CatalogueFile<'_>>) -> usize {
    let folders = files.keys().flat_map(|path| path.match_indices('/').map(|(at, _)| path.split_at(at).0));
    let mut folders: Vec<&str> = folders.collect();
    folders.sort_unstable();
    folders.dedup();
    files.len() + folders.len()
}

fn is_file(path: &Path, file: &CatalogueFile<'_>) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    let is_executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
    #[cfg(not(unix))]
    let is_executable = file.executable;
    let is_alike =
        metadata.is_file() && metadata.len() == file.bytes.len() as u64 && is_executable == file.executable;
    is_alike && fs::read(path).is_ok_and(|bytes| bytes == *file.bytes)
}
