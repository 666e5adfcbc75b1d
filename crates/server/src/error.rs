//! Why a catalogue cannot be served, or a service not started.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use start_points::Report;
use start_points::resolve::{NamesError, ResolveError};
use start_points::sources::Sources;
use start_points_catalogue::read::ReadError;
use start_points_oci::ImageError;
use thiserror::Error;

/// Why a catalogue cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Its image cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The engine finds errors in it.
    #[error("the catalogue has faults")]
    Faults(Box<Faults>),
    /// It offers nothing.
    #[error("no start-points in `{0}`")]
    Empty(String),
    /// A start-point without an image name.
    #[error("`{manifest}` has no image: {error}")]
    NoImageName {
        /// Its manifest.
        manifest: String,
        /// Why.
        #[source]
        error: ResolveError,
    },
    /// Two of the same name.
    #[error(transparent)]
    Names(#[from] NamesError),
}

/// What the engine finds wrong with a catalogue: errors alone.
#[derive(Debug, Clone)]
pub struct Faults {
    /// Every error.
    pub report: Report,
    /// The texts that it points into.
    pub sources: Sources,
}

impl LoadError {
    /// What helps, where something is known to.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Empty(_) => Some("name a catalogue that `start-points create` made"),
            _ => None,
        }
    }
}

/// Why a service cannot be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The catalogue cannot be served.
    #[error(transparent)]
    Catalogue(#[from] LoadError),
    /// Somebody else listens there, or may not.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A certificate or key that cannot be used.
    #[error("cannot use `{}` for TLS: {error}", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// A set-up page that cannot be served.
    #[error("cannot serve the page in `{}`: {error}", path.display())]
    Page {
        /// Its folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A text that is no origin.
    #[error("`{0}` is no origin")]
    Origin(String),
    /// The reading was ended from outside.
    #[error("reading the catalogue was ended: {0}")]
    Interrupted(String),
}

impl StartError {
    /// What helps, where something is known to.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Catalogue(error) => error.hint(),
            Self::Listen { .. } => Some("choose another with `--port`; 0 takes any that is free"),
            Self::Origin(_) => Some("an origin is a scheme and a host, such as `https://example.com`"),
            _ => None,
        }
    }
}
