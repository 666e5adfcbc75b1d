//! The deployed checker's verdicts and the real manifests, which lie outside the repository.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

/// The variable that names their folder.
///
/// `cargo xtask test known-answers` alone sets it, so every other test brings what it needs.
pub const KNOWN_ANSWERS: &str = "KNOWN_ANSWERS";

/// A file or folder of known answers, for tests that are ignored except in that step.
///
/// # Errors
/// Where the variable is not set, or the part does not exist: a test without its data fails.
pub fn known_answers(part: &str) -> Result<PathBuf> {
    let folder = env::var_os(KNOWN_ANSWERS);
    let folder = folder.context("KNOWN_ANSWERS is not set; run `cargo xtask test known-answers`")?;
    let path = PathBuf::from(folder).join(part);
    ensure!(path.exists(), "`{}` does not exist", path.display());
    Ok(path)
}
