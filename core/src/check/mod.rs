//! Checking: a manifest, the docker folder of a repository, and a catalogue of many.

mod catalogue;
mod docker;
mod manifest;
mod sink;
mod subject;
mod tree;

pub use catalogue::{Listed, check_catalogue, no_manifest};
pub use docker::{Docker, SourceFile, check_docker};
pub use manifest::{Context, Manifest, check_manifest};
pub(crate) use sink::Sink;
pub(crate) use subject::{NamedFile, StringEntry, Subject, Text};
pub use tree::{Tree, TreeOptions, check_tree};

pub use crate::rules::similar_display_name::fold as alike;
pub use crate::rules::submodule_start_point::check as submodule_start_point;
pub use crate::rules::unreadable::unreadable;
