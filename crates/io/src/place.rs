//! The place of a folder, and the names of what runs keep beside it.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::ReplaceError;

/// Where a folder is or will be, with every link on the way followed.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    around: PathBuf,
    name: OsString,
}

impl Place {
    /// # Errors
    /// A place that nothing can be beside, a link that leads nowhere, or what the system says.
    pub fn at(folder: &Path) -> Result<Self, ReplaceError> {
        let wrap = |error| ReplaceError::io(folder, error);
        let absolute = std::path::absolute(folder).map_err(wrap)?;
        let path = match fs::canonicalize(&absolute) {
            Ok(path) => path,
            // A link that leads nowhere.
            Err(_) if fs::symlink_metadata(&absolute).is_ok() => {
                return Err(ReplaceError::NotAFolder(folder.to_owned()));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => absolute,
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(ReplaceError::NotAFolder(folder.to_owned()));
            }
            Err(error) => return Err(wrap(error)),
        };
        match (path.parent(), path.file_name()) {
            (Some(around), Some(name)) => {
                Ok(Self { around: around.to_owned(), name: name.to_owned(), path: path.clone() })
            }
            _ => Err(ReplaceError::NothingAround(folder.to_owned())),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names in the folder with what they are; none where there is no folder yet.
    ///
    /// # Errors
    /// Where something else is there, or the system does not list it.
    pub fn entries(&self) -> Result<Option<Vec<fs::DirEntry>>, ReplaceError> {
        let listed = match fs::read_dir(&self.path) {
            Ok(entries) => entries.collect(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(ReplaceError::NotAFolder(self.path.clone()));
            }
            Err(error) => Err(error),
        };
        listed.map(Some).map_err(|error| ReplaceError::io(&self.path, error))
    }

    pub(crate) fn around(&self) -> &Path {
        &self.around
    }

    /// The beginning of the names of everything that runs keep beside it.
    pub(crate) fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".start-points-");
        prefix
    }

    /// A place beside it.
    pub(crate) fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.prefix();
        name.push(end);
        self.around.join(name)
    }
}
