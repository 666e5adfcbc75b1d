//! What the JavaScript packages need: their dependencies, Chromium, and the count their tests end with.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, ensure};

use crate::shell::{self, lines, program};
use crate::test::count::Count;
use crate::tools;

static NPM: Mutex<()> = Mutex::new(());

/// Installs what a package's `package-lock.json` pins, once.
pub fn install(package: &Path) -> Result<()> {
    let lock = fs::read(package.join("package-lock.json"))?;
    let stamp = package.join("node_modules/.installed-from.json");
    let _installing = tools::installing(&NPM);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    shell::run(program("npm").current_dir(package).args(["ci", "--silent", "--no-audit", "--no-fund"]))?;
    Ok(fs::write(stamp, lock)?)
}

/// Installs Debian's Chromium where it is not there.
pub fn install_chromium() -> Result<()> {
    tools::debian("chromium", "chromium").map(drop)
}

/// Runs a script in Node that ends with `N passed, N failed`.
pub fn test(script: &mut Command) -> Result<Count> {
    let mut count = None;
    lines(script.env_remove("NODE_OPTIONS"), |line| count = counted(line).or(count))?;
    ensure!(count.is_some(), "{script:?} ended before it counted");
    Ok(count.unwrap_or_default())
}

fn counted(line: &str) -> Option<Count> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Count { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}
