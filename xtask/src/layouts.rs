//! Repositories laid out at random, with the engine's reports, for the fronts that are not Rust.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::shell::{cargo, output};
use crate::tools;

/// Writes a thousand of them, a line of JSON each; answers where.
pub fn write() -> Result<PathBuf> {
    let mut run = cargo(&["run", "--quiet", "--locked", "--package", "start-points-testing"]);
    let lines = output(run.args(["--example", "layouts", "1000"]))?;
    let path = tools::target().join("layouts.jsonl");
    fs::write(&path, lines)?;
    Ok(path)
}
