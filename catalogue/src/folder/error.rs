//! Why a catalogue is not written.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a catalogue is not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// What the system says.
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
    /// Something that is no folder.
    #[error("`{}` is there and is no folder", .0.display())]
    NotAFolder(PathBuf),
    /// A path that would lead out of the folder.
    #[error("a start-point's file has the hostile path `{0}`")]
    HostilePath(String),
    /// Another run writes there, and does not end.
    #[error("another run writes beside `{}`", .0.display())]
    Busy(PathBuf),
    /// Somebody ended it.
    #[error("it was cancelled")]
    Cancelled,
}

impl WriteError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotACatalogue { .. } | Self::NotAFolder(_) => Some(
                "name a folder that is not there yet, is empty, or is a catalogue, which is then replaced",
            ),
            Self::Busy(_) => Some("try again when it has ended"),
            Self::HostilePath(_) => Some("rename it in the repository"),
            Self::Io { .. } | Self::Cancelled => None,
        }
    }
}
