//! The set-up page: its types, its build, and its tests in Chromium.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::count::Count;
use crate::npm;
use crate::shell::{self, program};
use crate::{repository, wasm};

/// Builds the page on the npm package as it is now, and tests what was built.
pub fn run() -> Result<Count> {
    build()?;
    npm::install_chromium()?;
    let mut count = npm::test(program("node").current_dir(folder()).arg("tests/run.mjs"))?;
    // The types and the build.
    count.passed += 2;
    Ok(count)
}

fn build() -> Result<()> {
    wasm::build()?;
    npm::install(&folder())?;
    ["demo", "types", "build"]
        .into_iter()
        .try_for_each(|script| shell::run(run_script(script).env_remove("NODE_OPTIONS")))
}

/// Builds the page where it never was.
pub fn build_once() -> Result<()> {
    if folder().join("dist/index.html").is_file() { Ok(()) } else { build() }
}

fn folder() -> PathBuf {
    repository::path("web")
}

fn run_script(name: &str) -> Command {
    let mut npm = program("npm");
    npm.current_dir(folder()).args(["run", "--silent", name]);
    npm
}
