//! Large inputs of every shape: what a byte of 1 MB costs beside one of 125 kB.

use anyhow::Result;

use crate::shell::{self, cargo};

/// Prints every shape, and fails where a byte costs more than twice as much.
pub fn run() -> Result<()> {
    let package = ["--release", "--package", "start-points-testing", "--example", "large"];
    shell::run(cargo(&["run", "--quiet", "--locked"]).args(package))
}
