//! The Python package: built, installed and measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use start_points_testing::KNOWN_ANSWERS;

use crate::known_answers;
use crate::shell::{self, program};
use crate::tools;

/// Where the package is built and tested.
pub fn work() -> PathBuf {
    tools::target().join("python")
}

/// Where cargo builds the native half for releases and source distributions.
pub fn build() -> PathBuf {
    work().join("build")
}

/// Runs maturin on the package with cargo's folder `target`; the result is written to the empty folder `out`.
pub fn maturin(out: &Path, target: &Path, command: &str, options: &[&str]) -> Result<PathBuf> {
    let _ = fs::remove_dir_all(out);
    let mut maturin = program(tools::python()?.join("maturin"));
    maturin.env("CARGO_TARGET_DIR", target);
    maturin.args([command, "--manifest-path", "python/Cargo.toml", "--out"]).arg(out).args(options);
    shell::run(&mut maturin)?;
    let mut made = fs::read_dir(out)?;
    let path = made.next().with_context(|| format!("nothing in {}", out.display()))??.path();
    ensure!(made.next().is_none(), "more than one file in {}", out.display());
    Ok(path)
}

/// Speed of the wheel as it is released: `python/bench.py`.
pub fn bench() -> Result<()> {
    let wheel = maturin(&work().join("release"), &build(), "build", &["--quiet", "--locked"])?;
    let bin = tools::environment("python/bench", "python/bench-requirements.txt")?;
    let mut pip = program(bin.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall"]);
    shell::run(pip.arg(wheel))?;
    let mut bench = program(bin.join("python"));
    if let Some(folder) = known_answers::folder()? {
        bench.env(KNOWN_ANSWERS, folder);
    }
    shell::run(bench.arg("python/bench.py"))
}
