//! Why something is not put into its place.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a folder is not put into its place. But for [`ReplaceError::NotKept`], what was there is there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// What the system says.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// It is in its place, where the disk does not keep it for sure.
    #[error("`{}` is in its place, and may be lost when the machine stops: {error}", path.display())]
    NotKept {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The top of a file system, which nothing can be written beside.
    #[error("`{}` has no folder around it", .0.display())]
    NothingAround(PathBuf),
    /// Something that is no folder, a link that leads nowhere perhaps.
    #[error("`{}` is there and is no folder", .0.display())]
    NotAFolder(PathBuf),
    /// Another run writes there, and does not end.
    #[error("another run writes beside `{}`", .0.display())]
    Busy(PathBuf),
    /// Somebody ended it.
    #[error("it was cancelled")]
    Cancelled,
}

impl ReplaceError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NothingAround(_) | Self::NotAFolder(_) => Some("name a folder that is not there yet"),
            Self::Busy(_) => Some("try again when it has ended"),
            Self::NotKept { .. } => Some("see what is wrong with the disk, then run it again"),
            Self::Io { .. } | Self::Cancelled => None,
        }
    }
}
