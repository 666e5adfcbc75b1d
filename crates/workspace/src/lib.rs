//! Start-points on disk: found, read, checked with their settings, and written whole or not at all.
//!
//! The command and the Python package both check what is on disk; this is how both do it.

mod checker;
mod disk_files;
mod error;
pub mod find;
pub mod fix;
pub mod path;
pub mod read;
pub mod settings;
mod strict;

pub use checker::{DiskChecker, DiskOutput, GivenText, manifest_at};
pub use disk_files::DiskFiles;
pub use error::Error;
