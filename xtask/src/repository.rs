//! Where the repository's files lie.

use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").components().collect()
}

/// A path from the top of the repository.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}
