//! Errors that keep start-points on disk from being checked.

use std::io;
use std::path::PathBuf;

use start_points::levels::LevelError;

use crate::path::shown;

/// The hint for an unknown rule.
pub(crate) const RULES_HINT: &str = "`start-points explain` lists the rules";

/// Why a check cannot run. Faults of start-points are in its report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// A given path cannot be read.
    #[error("cannot read `{}`: {error}", shown(path))]
    Path {
        /// The path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A settings file or an environment variable is wrong.
    #[error("{message}")]
    Settings {
        /// Where, and what is wrong.
        message: String,
        /// How to fix it.
        hint: Option<String>,
    },
    /// A `--level` is wrong.
    #[error("--level: {0}")]
    Level(LevelError),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

impl WorkspaceError {
    /// A fault of settings, with a hint.
    pub(crate) fn settings(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Settings { message: message.into(), hint: Some(hint.into()) }
    }

    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Path { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Some("give the path of a manifest, a repository, or a folder of repositories")
            }
            Self::Path { .. } => Some("check its permissions with `ls -ld`"),
            Self::Settings { hint, .. } => hint.as_deref(),
            Self::Level(_) => Some(RULES_HINT),
            Self::Stopped => None,
        }
    }
}
