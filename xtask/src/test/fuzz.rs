//! The fuzz targets, one after another: `cargo xtask fuzz`. Needs a nightly toolchain.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::repository;
use crate::shell::{self, cargo};
use crate::tools;

const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";

/// An input that takes longer is a finding, in seconds; libFuzzer waits for twenty minutes.
const SLOW: u64 = 30;

/// Runs every target for this many seconds, whatever the ones before it found.
pub fn run(seconds: u64) -> Result<()> {
    let root = tools::target().join("tools");
    let here = shell::answers(Path::new("cargo-fuzz"), &["--version"]).is_some();
    if !here && !root.join("bin/cargo-fuzz").is_file() {
        shell::run(cargo(&["install", "--quiet", "--locked", CARGO_FUZZ, "--root"]).arg(&root))?;
    }
    let mut targets: Vec<String> = fs::read_dir(repository::path("fuzz/fuzz_targets"))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    targets.sort();
    let mut found = Vec::new();
    for target in targets {
        println!("== {target}, {seconds} s");
        let corpus = repository::path("fuzz/corpus").join(&target);
        fs::create_dir_all(&corpus)?;
        let mut fuzz = cargo(&["+nightly", "fuzz", "run", &target]);
        fuzz.arg(&corpus).arg(repository::path("fuzz/seeds").join(&target));
        fuzz.args([
            "--",
            &format!("-max_total_time={seconds}"),
            &format!("-timeout={SLOW}"),
            "-print_final_stats=1",
        ]);
        let path = std::env::var("PATH").context("no PATH")?;
        fuzz.env("PATH", format!("{}:{path}", root.join("bin").display()));
        if let Err(error) = shell::run(&mut fuzz) {
            println!("{target}: {error:#}");
            found.push(target);
        }
    }
    match found.is_empty() {
        true => Ok(()),
        false => bail!("found something: {}", found.join(", ")),
    }
}
