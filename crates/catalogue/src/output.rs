//! Where a catalogue goes.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

/// Where a catalogue goes: `dir:PATH` or `oci:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// A folder.
    Folder(PathBuf),
    /// An OCI image layout, which is a folder as well.
    Layout(PathBuf),
}

/// A text that names no output.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}` is no output: write `dir:PATH` or `oci:PATH`")]
pub struct OutputError {
    found: String,
}

impl FromStr for Output {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Folder(path.into())),
            Some(("oci", path)) if !path.is_empty() => Ok(Self::Layout(path.into())),
            _ => Err(OutputError { found: start_points::shown::shown(text).into_owned() }),
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "dir:{}", path.display()),
            Self::Layout(path) => write!(f, "oci:{}", path.display()),
        }
    }
}
