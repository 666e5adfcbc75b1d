//! Checking: a manifest, the docker folder of a repository, and a catalogue of many.
//!
//! [`StartPoint`] decides what a manifest is; [`Checker`] checks many of them. A front hands both a [`FileSet`].

mod checker;
mod manifest;
mod names;
mod run_rules;
mod start_point;
mod tree;

pub use checker::{CheckOutput, Checker};
pub use manifest::{CheckOptions, Manifest};
pub use names::{Listed, check_catalogue};
pub use run_rules::{check_docker, check_manifest};
pub use start_point::StartPoint;
pub use tree::{check_names, check_set, check_tree};

pub use crate::docker_folder::{Docker, SourceFile};
pub use crate::files::{FileSet, Tree};
pub use crate::rules::context::ManifestContext;
pub use crate::rules::no_manifest::no_manifest;
pub use crate::rules::similar_display_name::fold as alike;
pub use crate::rules::unreadable::unreadable;
