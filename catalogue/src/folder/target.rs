//! The place of a catalogue, and what is there.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::error::WriteError;
use crate::layout::{KIND, SHAS};

/// A folder that is to be written, with every link on the way followed.
#[derive(Debug)]
pub(super) struct Target {
    path: PathBuf,
    parent: PathBuf,
    name: OsString,
}

impl Target {
    pub(super) fn at(folder: &Path) -> Result<Self, WriteError> {
        let wrap = |error| WriteError::io(folder, error);
        let absolute = std::path::absolute(folder).map_err(wrap)?;
        let path = match fs::canonicalize(&absolute) {
            Ok(path) => path,
            // A link that leads nowhere.
            Err(_) if fs::symlink_metadata(&absolute).is_ok() => {
                return Err(WriteError::NotAFolder(folder.to_owned()));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => absolute,
            Err(error) => return Err(wrap(error)),
        };
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => {
                Ok(Self { parent: parent.to_owned(), name: name.to_owned(), path: path.clone() })
            }
            _ => Err(WriteError::NotACatalogue {
                folder: folder.to_owned(),
                found: "it has no folder around it".to_owned(),
            }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn parent(&self) -> &Path {
        &self.parent
    }

    pub(super) fn make_parent(&self) -> Result<(), WriteError> {
        fs::create_dir_all(&self.parent).map_err(|error| WriteError::io(&self.parent, error))
    }

    /// The beginning of the names of everything that runs keep beside it.
    pub(super) fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".start-points-");
        prefix
    }

    /// A place beside it.
    pub(super) fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.prefix();
        name.push(end);
        self.parent.join(name)
    }

    /// Whether a catalogue is there that will be replaced.
    pub(super) fn is_taken(&self) -> Result<bool, WriteError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(WriteError::NotAFolder(self.path.clone()));
            }
            Err(error) => return Err(WriteError::io(&self.path, error)),
        };
        let mut is_empty = true;
        let mut has_list = false;
        for entry in entries {
            let entry = entry.map_err(|error| WriteError::io(&self.path, error))?;
            is_empty = false;
            has_list |= entry.file_name() == SHAS;
            if !belongs(&entry.file_name(), entry.file_type()) {
                let name = entry.file_name().to_string_lossy().into_owned();
                return Err(self.no_catalogue(format!("it holds `{}`", start_points::shown::shown(&name))));
            }
        }
        if !is_empty && !has_list {
            return Err(self.no_catalogue(format!("it has no `{SHAS}`")));
        }
        Ok(!is_empty)
    }

    fn no_catalogue(&self, found: String) -> WriteError {
        WriteError::NotACatalogue { folder: self.path.clone(), found }
    }
}

/// Whether a catalogue has such an entry at its top.
fn belongs(name: &OsStr, kind: io::Result<fs::FileType>) -> bool {
    let Ok(kind) = kind else { return false };
    if name == SHAS || name == KIND {
        return kind.is_file();
    }
    let is_number = name.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    is_number && kind.is_dir()
}
