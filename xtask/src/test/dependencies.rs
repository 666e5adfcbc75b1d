//! What may be depended on: bans, licences, sources, and what is known against the versions in the lock file.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::count::{Count, one};
use crate::shell::{self, cargo, program};
use crate::tools;

/// The most seconds for the database of advisories to arrive.
const SECONDS: &str = "120";

/// Checks dependencies; their advisories only where the network has the database.
pub fn run() -> Result<Count> {
    let deny = tools::cargo_deny()?;
    let mut count = check(&deny, &[], &["bans", "licenses", "sources"])?;
    if has_database(&deny)? {
        // Crates and database have just arrived: it is not fetched a second time.
        count.passed += check(&deny, &["--offline"], &["advisories"])?.passed;
    } else {
        println!("skipped: no advisory was checked, as their database cannot be fetched here");
    }
    check_fuzz_lock()?;
    count.passed += 1;
    Ok(count)
}

/// Checks that the lock file of `fuzz/`, which no other step builds, follows what our crates depend on.
fn check_fuzz_lock() -> Result<()> {
    let mut metadata = cargo(&["metadata", "--locked", "--quiet", "--format-version=1"]);
    let read = shell::output(metadata.args(["--manifest-path", "fuzz/Cargo.toml"]));
    read.map(drop).context("`cargo update --workspace --manifest-path fuzz/Cargo.toml` updates its lock file")
}

fn check(deny: &Path, flags: &[&str], what: &[&str]) -> Result<Count> {
    one(shell::run(program(deny).args(flags).args(["--log-level", "error", "check"]).args(what)))
}

fn has_database(deny: &Path) -> Result<bool> {
    let mut fetch = program("timeout");
    fetch.arg(SECONDS).arg(deny).args(["--log-level", "off", "fetch", "db"]);
    Ok(fetch.env("GIT_TERMINAL_PROMPT", "0").output()?.status.success())
}
