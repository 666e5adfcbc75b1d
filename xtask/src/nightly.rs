//! What takes too long for CI: `cargo xtask nightly`. Each part is run whatever became of the others.

use anyhow::{Result, bail};

use crate::shell::{self, cargo};
use crate::{soak, test};

/// For each fuzz target.
const FUZZ_SECONDS: u64 = 60;
const SOAK_SECONDS: u64 = 600;

type Part = (&'static str, fn() -> Result<()>);

const PARTS: [Part; 7] = [
    ("fuzz", || test::fuzz::run(FUZZ_SECONDS)),
    ("faults", test::faults),
    ("pulls", || {
        let test = ["test", "--locked", "--quiet", "-p", "start-points-server", "--test", "it"];
        shell::run(cargo(&test).args(["--", "--ignored", "prepull::"]))
    }),
    ("hook", test::hook::run_built_by_pre_commit),
    ("image", test::image::run_static),
    ("sdist", test::python::source_distribution),
    ("soak", || soak::run(SOAK_SECONDS)),
];

/// Runs every part.
pub fn run() -> Result<()> {
    let mut failed = Vec::new();
    for (name, part) in PARTS {
        println!("== {name}");
        if let Err(error) = part() {
            println!("{name} failed: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
