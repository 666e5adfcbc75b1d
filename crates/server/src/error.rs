//! Why a catalogue cannot be served or reloaded, or a service cannot be started.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use start_points::Report;
use start_points::resolve::{CatalogueNamesError, ResolveError};
use start_points::sources::Sources;
use start_points_catalogue::read::ReadError;
use start_points_oci::OciError;
use thiserror::Error;

/// Why a catalogue cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The catalogue cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The catalogue's image cannot be read.
    #[error(transparent)]
    Image(#[from] OciError),
    /// The check of the catalogue found errors.
    #[error("the catalogue has errors")]
    Faults(Box<CatalogueFaults>),
    /// The catalogue has no start-points.
    #[error("no start-points in `{0}`")]
    Empty(String),
    /// A start-point has no image name.
    #[error("`{manifest}` has no image: {error}")]
    NoImageName {
        /// The path of its manifest.
        manifest: String,
        /// Why it has none.
        #[source]
        error: ResolveError,
    },
    /// Two start-points have the same name.
    #[error(transparent)]
    CatalogueNames(#[from] CatalogueNamesError),
}

/// The errors that the check of a catalogue found.
#[derive(Debug, Clone)]
pub struct CatalogueFaults {
    /// Every error; warnings are left out.
    pub report: Report,
    /// The texts that the report points into.
    pub sources: Sources,
}

impl LoadError {
    /// What to do about it, if known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Empty(_) => Some("name a catalogue that `start-points create` made"),
            _ => None,
        }
    }
}

/// Why a reload was refused. The previous catalogue is still served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The new catalogue cannot be served.
    #[error(transparent)]
    Catalogue(#[from] LoadError),
    /// The service is shutting down.
    #[error("the service is shutting down")]
    Stopped,
}

/// Why a service cannot be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The catalogue cannot be served.
    #[error(transparent)]
    Catalogue(#[from] LoadError),
    /// The address is in use or not permitted.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// A certificate or key that cannot be used.
    #[error("cannot use `{}` for TLS: {error}", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// A set-up page that cannot be served.
    #[error("cannot serve the set-up page in `{}`: {error}", path.display())]
    Page {
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: io::Error,
    },
    /// A text that is not an origin.
    #[error("`{0}` is not an origin")]
    Origin(String),
    /// Reading the catalogue was aborted.
    #[error("reading the catalogue was aborted: {0}")]
    Interrupted(String),
}

impl StartError {
    /// What to do about it, if known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Catalogue(error) => error.hint(),
            Self::Listen { .. } => Some("choose another port with `--port`; 0 picks a free one"),
            Self::Origin(_) => Some("an origin is a scheme and a host, such as `https://example.com`"),
            _ => None,
        }
    }
}
