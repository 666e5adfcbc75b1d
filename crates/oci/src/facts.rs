//! What an image says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use start_points::{Kind, Time as Created};

use crate::descriptor::Platform;

/// The label that says which kind of start-points an image holds.
pub const KIND_LABEL: &str = "org.cyber-dojo.start-point";
/// The label that says when an image was made, as its configuration does.
pub const CREATED_LABEL: &str = "org.opencontainers.image.created";

/// The label that names an image to people.
pub const TITLE_LABEL: &str = "org.opencontainers.image.title";
/// The label that says where the source of an image is: a URL.
pub const SOURCE_LABEL: &str = "org.opencontainers.image.source";
/// The label that says which revision of its source an image is made of: a commit.
pub const REVISION_LABEL: &str = "org.opencontainers.image.revision";

/// What a container of an image does. Paths are absolute, in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What the program is built for.
    pub platform: Platform,
    /// The program and its first arguments; those that a container is started with come after.
    pub program: Vec<String>,
    /// Who runs it: a number and perhaps a group's, `65534:65534`.
    pub user: String,
    /// The folder that it runs in.
    pub folder: String,
    /// Its environment.
    pub environment: BTreeMap<String, String>,
    /// How an engine asks whether it is well.
    pub probe: Option<Probe>,
}

/// A command that is run in a container: 0 says that it is well. Docker knows it; the OCI's own documents do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Between two of them.
    pub interval: Duration,
    /// For one.
    pub timeout: Duration,
    /// After the start: failures do not count as long.
    pub start: Duration,
    /// So many failures in a row say that it is not well.
    pub retries: u32,
}

/// When an image was made, its labels, the TCP ports that it serves on, and what it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub(crate) created: Created,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) ports: BTreeSet<u16>,
    pub(crate) run: Option<Run>,
}

impl Facts {
    /// An image that serves nothing, with the label [`CREATED_LABEL`] alone.
    ///
    /// `created` is part of the digest: what is the same tomorrow, a commit's time perhaps, and not the clock.
    #[must_use]
    pub fn new(created: Created) -> Self {
        let facts = Self { created, ..Self::default() };
        facts.label(CREATED_LABEL, &created.to_string())
    }

    /// A catalogue of start-points: labelled with their kind, and serving on the port of the kind.
    #[must_use]
    pub fn catalogue(kind: Kind, created: Created) -> Self {
        let mut facts = Self::new(created).label(KIND_LABEL, kind.as_str());
        facts.ports.insert(port(kind));
        facts
    }

    /// The same with one more label, or with another value for it.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same, and a container of it runs this. Without, it is an image of data, or runs what its base does.
    #[must_use]
    pub fn runs(mut self, run: Run) -> Self {
        self.run = Some(run);
        self
    }
}

/// The TCP port that a catalogue of this kind is served on.
#[must_use]
pub const fn port(kind: Kind) -> u16 {
    match kind {
        Kind::Languages => 4524,
        Kind::Exercises => 4525,
        Kind::Custom => 4526,
    }
}
