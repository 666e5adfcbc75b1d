//! Checking: a manifest, the docker folder of a repository, and a catalogue of many.
//!
//! [`StartPoint`] decides what a manifest is; [`Checker`] checks many of them. A front hands both a [`FileSet`].

mod catalogue;
mod checker;
mod docker;
mod file_set;
mod manifest;
mod options;
mod recovered;
mod sink;
mod start_point;
mod subject;
mod tree;

pub use catalogue::{Listed, check_catalogue, check_names, no_manifest};
pub use checker::{CheckOutput, Checker};
pub use docker::{Docker, SourceFile, check_docker};
pub use file_set::FileSet;
pub use manifest::{Context, Manifest, check_manifest};
pub use options::CheckOptions;
pub(crate) use sink::Sink;
pub use start_point::StartPoint;
pub(crate) use subject::{NamedFile, StringEntry, Subject, Text};
pub use tree::{Tree, check_set, check_tree};

pub use crate::rules::similar_display_name::fold as alike;
pub use crate::rules::unreadable::unreadable;
