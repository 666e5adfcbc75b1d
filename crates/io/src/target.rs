//! The folder that is replaced: where it is, what can go wrong, and what writing it did.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file or folder was not replaced. Except for [`ReplaceError::NotKept`], the old one is still in place.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// The system's error.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// The new one is in place, but the disk may not keep it.
    #[error("`{}` is written, but may be lost if the machine stops: {error}", path.display())]
    NotKept {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// The root of a file system, which has no siblings.
    #[error("`{}` has no parent folder", .0.display())]
    NoParent(PathBuf),
    /// The path exists and is not a folder; it may be a dangling link.
    #[error("`{}` exists but is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Another run writes there, and does not end.
    #[error("another run is writing next to `{}`", .0.display())]
    Busy(PathBuf),
    /// The work was cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl ReplaceError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoParent(_) | Self::NotAFolder(_) => Some("name a folder that does not exist yet"),
            Self::Busy(_) => Some("try again when it has ended"),
            Self::NotKept { .. } => Some("check the disk, then run the command again"),
            Self::Io { .. } | Self::Cancelled => None,
        }
    }
}

/// What writing did to the existing file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// Nothing existed.
    New,
    /// The old one is gone.
    Replaced,
    /// The old one is the same, byte for byte, and was left alone.
    Unchanged,
}

/// A folder that exists or is about to, with every link on the way followed.
#[derive(Debug, Clone)]
pub struct TargetFolder {
    path: PathBuf,
    parent: PathBuf,
    name: OsString,
}

impl TargetFolder {
    /// The folder at a path.
    ///
    /// # Errors
    /// For a path without a parent, a dangling link, or the system's error.
    pub fn at(folder: &Path) -> Result<Self, ReplaceError> {
        let wrap = |error| ReplaceError::io(folder, error);
        let absolute = std::path::absolute(folder).map_err(wrap)?;
        let path = match fs::canonicalize(&absolute) {
            Ok(path) => path,
            // A dangling link.
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
            (Some(parent), Some(name)) => {
                Ok(Self { parent: parent.to_owned(), name: name.to_owned(), path: path.clone() })
            }
            _ => Err(ReplaceError::NoParent(folder.to_owned())),
        }
    }

    /// The path, absolute and without links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The entries of the folder; `None` if it does not exist.
    ///
    /// # Errors
    /// If the path is not a folder, or the system cannot list it.
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

    pub(crate) fn parent(&self) -> &Path {
        &self.parent
    }

    /// The prefix of everything that runs keep next to the folder.
    pub(crate) fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".start-points-");
        prefix
    }

    /// A path next to the folder.
    pub(crate) fn sibling(&self, suffix: &str) -> PathBuf {
        let mut name = self.prefix();
        name.push(suffix);
        self.parent.join(name)
    }
}
