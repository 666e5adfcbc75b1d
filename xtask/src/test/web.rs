//! The set-up page: its types, its build, and its tests in Chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::shell::{self, lines, program};
use crate::{repository, wasm};

const CHROMIUM: &str = "/usr/bin/chromium";

/// Builds the page on the npm package as it is now, and tests what was built; answers how much passed and failed.
pub fn run() -> Result<(usize, usize)> {
    wasm::run()?;
    install_packages()?;
    shell::run(npm(&["run", "--silent", "demo"]).env_remove("NODE_OPTIONS"))?;
    shell::run(&mut npm(&["run", "--silent", "types"]))?;
    shell::run(&mut npm(&["run", "--silent", "build"]))?;
    install_chromium()?;
    // Two for the types and the build.
    let (mut passed, mut failed) = (2, 0);
    let mut is_counted = false;
    lines(program("node").current_dir(folder()).env_remove("NODE_OPTIONS").arg("tests/run.mjs"), |line| {
        let Some(counts) = counted(line) else { return };
        is_counted = true;
        passed += counts.0;
        failed += counts.1;
    })?;
    ensure!(is_counted, "the tests of the page ended before they counted");
    Ok((passed, failed))
}

/// `7 passed, 0 failed`.
fn counted(line: &str) -> Option<(usize, usize)> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.parse().ok()?))
}

fn folder() -> PathBuf {
    repository::path("web")
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = program("npm");
    npm.current_dir(folder()).args(arguments);
    npm
}

/// What `package-lock.json` pins, once.
fn install_packages() -> Result<()> {
    let lock = fs::read(folder().join("package-lock.json"))?;
    let stamp = folder().join("node_modules/.installed-from.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    shell::run(&mut npm(&["ci", "--silent", "--no-audit", "--no-fund"]))?;
    Ok(fs::write(stamp, lock)?)
}

fn install_chromium() -> Result<()> {
    if Path::new(CHROMIUM).exists() {
        return Ok(());
    }
    let mut install = program("apt-get");
    install.args(["install", "--quiet", "--yes", "--no-install-recommends", "chromium"]);
    shell::run(install.env("DEBIAN_FRONTEND", "noninteractive"))
        .with_context(|| format!("the tests need {CHROMIUM}: `apt-get install chromium` as root"))
}
