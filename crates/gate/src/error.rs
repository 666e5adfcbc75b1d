//! Errors of policy files and lists of advisories.

use std::io;
use std::path::PathBuf;

use start_points::gate::GateInputError;
use start_points::json::JsonError;
use start_points::shown::one_line;
use start_points_workspace::path::shown;
use thiserror::Error;

/// A file that cannot be used: its path, the place in it, and the reason.
#[derive(Debug, Error)]
#[error("{}{}: {fault}", shown(path), fault.place())]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub fault: FileFault,
}

/// What is wrong with a file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileFault {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[source] io::Error),
    /// The file is too large.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The file is not text.
    #[error("not UTF-8")]
    NotUtf8,
    /// The file is not TOML or JSON; line and column count from 1, in characters.
    #[error("{message}")]
    Malformed {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// Why.
        message: String,
    },
    /// The file has an unknown key or a wrong value; line and column count from 1, in characters.
    #[error("{error}")]
    Input {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What, and where.
        error: Box<GateInputError>,
    },
    /// The policy's key is not a minisign public key.
    #[error("`risks_key` is not a minisign public key: {0}")]
    Key(String),
    /// The policy has a key, and the file has no signature.
    #[error("not signed: `{0}` is missing")]
    NoSignature(String),
    /// The signature was made with another key, or for other content.
    #[error("signature verification failed: {0}")]
    Signature(String),
}

impl FileError {
    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match &self.fault {
            FileFault::Io(_) => "check the path and its permissions".to_owned(),
            FileFault::Malformed { .. } => "write TOML, or JSON in a file named `*.json`".to_owned(),
            FileFault::Input { error, .. } => return error.hint(),
            FileFault::Key(_) => "copy the second line of `minisign.pub`".to_owned(),
            FileFault::NoSignature(_) | FileFault::Signature(_) => format!(
                "sign it with `minisign -Sm {}`, or remove `risks_key` if you trust the file as it is",
                shown(&self.path)
            ),
            FileFault::TooLarge(_) | FileFault::NotUtf8 => return None,
        })
    }
}

impl FileFault {
    /// `:LINE:COLUMN`, if known.
    fn place(&self) -> String {
        match self {
            Self::Malformed { line, column, .. } | Self::Input { line, column, .. } => {
                format!(":{line}:{column}")
            }
            _ => String::new(),
        }
    }

    pub(crate) fn input(text: &str, error: GateInputError) -> Self {
        let (line, column) = position(text, error.span.start);
        Self::Input { line, column, error: Box::new(error) }
    }

    pub(crate) fn json(text: &str, error: &JsonError) -> Self {
        let (line, column) = position(text, error.span.start);
        Self::Malformed { line, column, message: error.to_string() }
    }

    pub(crate) fn toml(text: &str, error: &toml::de::Error) -> Self {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        Self::Malformed { line, column, message: one_line(error.message().to_owned()) }
    }
}

/// Line and column of an offset, both from 1, in characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}
