//! Why a catalogue is not written.

use std::io;
use std::path::{Path, PathBuf};

use start_points_io::ReplaceError;
use thiserror::Error;

/// Why a catalogue is not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// What the system says of a file of it.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A folder that holds what no catalogue does; writing would remove it.
    #[error("`{}` is no catalogue: {found}", folder.display())]
    NotACatalogue {
        /// The folder.
        folder: PathBuf,
        /// What is in it, or missing.
        found: String,
    },
    /// A path that would lead out of the folder.
    #[error("a start-point's file has the hostile path `{0}`")]
    HostilePath(String),
    /// It does not get into its place.
    #[error(transparent)]
    Place(#[from] ReplaceError),
}

impl WriteError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// Whether somebody ended it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Place(ReplaceError::Cancelled))
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotACatalogue { .. }
            | Self::Place(ReplaceError::NotAFolder(_) | ReplaceError::NoParent(_)) => Some(
                "name a folder that is not there yet, is empty, or is a catalogue, which is then replaced",
            ),
            Self::HostilePath(_) => Some("rename it in the repository"),
            Self::Place(error) => error.hint(),
            Self::Io { .. } => None,
        }
    }
}
