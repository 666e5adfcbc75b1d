//! Why a check of what lies on disk cannot run.

use std::io;
use std::path::PathBuf;

use start_points::levels::LevelError;

use crate::path::shown;

/// Why a check cannot run; faults of start-points are in its report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path that was named cannot be read.
    #[error("cannot read `{}`: {error}", shown(path))]
    Path {
        /// The path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A settings file, or a variable of the environment, is not as it has to be.
    #[error("{message}")]
    Settings {
        /// Where, and what is wrong.
        message: String,
        /// How to mend it.
        hint: Option<String>,
    },
    /// A rule level that was given beside the settings.
    #[error("--level: {0}")]
    Level(LevelError),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// A fault of settings, with advice.
    pub(crate) fn settings(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Settings { message: message.into(), hint: Some(hint.into()) }
    }

    /// How to mend it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Path { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Some("name a manifest, a repository, or a folder of many")
            }
            Self::Path { .. } => Some("check that you may read it: `ls -ld`"),
            Self::Settings { hint, .. } => hint.as_deref(),
            Self::Level(_) => Some(crate::settings::RULES_HINT),
            Self::Stopped => None,
        }
    }
}
