//! Why a catalogue cannot be read.

use std::fmt;
use std::io;
use std::path::PathBuf;

use start_points::shown::{counted, shown};
use thiserror::Error;

use crate::format::SHAS;

/// Why a catalogue cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An I/O error.
    #[error("cannot read `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// It has no list of repositories.
    #[error("`{}` is not a catalogue: it has no `{SHAS}`", .0.display())]
    NotACatalogue(PathBuf),
    /// The kind is unknown.
    #[error("`{}` does not name a kind", .0.display())]
    UnknownKind(PathBuf),
    /// A malformed line in one of its lists.
    #[error("line {line} of `{}` is not {expected}", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The expected format.
        expected: &'static str,
    },
    /// Files are missing, changed or added.
    #[error("the catalogue `{}` was modified: {found}", path.display())]
    NotWhole {
        /// The catalogue.
        path: PathBuf,
        /// The first difference, and the number of others.
        found: CatalogueDamage,
    },
    /// A manifest is not JSON.
    #[error("`{}` is not JSON", .0.display())]
    NotJson(PathBuf),
    /// More than the limit.
    #[error("`{}` has more than {limit} {what}", path.display())]
    TooMany {
        /// The file or folder.
        path: PathBuf,
        /// The counted items, in the plural.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotACatalogue(_) => Some("make a catalogue with `start-points create`"),
            Self::NotWhole { .. } | Self::Line { .. } => {
                Some("create or copy it again; to change it, change its repositories")
            }
            _ => None,
        }
    }
}

/// A difference between a catalogue and its digests or lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueDamage {
    /// The first path.
    pub path: String,
    /// How it differs.
    pub what: DamageKind,
    /// The number of others.
    pub others: usize,
}

/// How a file or folder differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamageKind {
    /// A file is missing.
    Missing,
    /// A file has other bytes.
    Changed,
    /// A file has no digest.
    Added,
    /// [`SHAS`] lists a repository without a start-point.
    Lost,
    /// [`SHAS`] does not list the folder of a repository.
    Unlisted,
}

impl fmt::Display for CatalogueDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = shown(&self.path);
        match self.what {
            DamageKind::Missing => write!(f, "`{path}` is missing"),
            DamageKind::Changed => write!(f, "`{path}` was changed"),
            DamageKind::Added => write!(f, "`{path}` was added"),
            DamageKind::Lost => write!(f, "`{SHAS}` lists `{path}`, which has no start-point"),
            DamageKind::Unlisted => write!(f, "`{SHAS}` does not list `{path}`"),
        }?;
        let (one, many, what) = match self.what {
            DamageKind::Missing | DamageKind::Changed | DamageKind::Added => {
                ("differs", "differ", "other file")
            }
            DamageKind::Lost | DamageKind::Unlisted => ("disagrees", "disagree", "other folder"),
        };
        match self.others {
            0 => Ok(()),
            1 => write!(f, ", and 1 {what} {one}"),
            others => write!(f, ", and {} {many}", counted(others, what)),
        }
    }
}
