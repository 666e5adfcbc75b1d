//! Start-points on disk: found, read, checked with their settings, and written whole or not at all.
//!
//! The command and the Python package both check what lies on disk; this is how both do it.

mod error;
pub mod files;
pub mod find;
mod names;
pub mod repository;
mod round;
pub mod settings;
mod strict;

pub use error::Error;
pub use round::{Found, Rounds};
