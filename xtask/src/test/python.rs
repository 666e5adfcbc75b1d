//! The Python package: built as a wheel, installed, type-checked and tested; nightly as a source distribution too.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::count::Count;
use crate::python::{build, maturin, work};
use crate::shell::{self, cargo, lines, program};
use crate::{repository, tools};

/// Built soonest; what is tested is the same.
const PROFILE: &str = "dev";

/// Answers how many tests passed and failed; each thing that is seen to hold beside them counts as one.
pub fn run() -> Result<Count> {
    let bin = tools::python()?;
    let wheel = maturin(
        &work().join("wheel"),
        &tools::target(),
        "build",
        &["--quiet", "--profile", PROFILE, "--locked"],
    )?;
    let site = work().join("site");
    let _ = fs::remove_dir_all(&site);
    let mut pip = program(bin.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]);
    shell::run(pip.arg(&site).arg(&wheel))?;
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;

    let mut count = Count::default();
    for step in [&types as &dyn Fn(&Path) -> Result<()>, &|bin| stubs(bin, &site), &style] {
        step(&bin)?;
        count.passed += 1;
    }
    installs(&wheel)?;
    count.passed += 1;

    let mut pytest = program(bin.join("python"));
    pytest.args(["-m", "pytest", "python"]).env("PYTHONPATH", &site);
    pytest.env("RUST_START_POINTS", tools::target().join("debug/start-points"));
    pytest.env("LAYOUTS", crate::layouts::write()?);
    let mut counted = Count::default();
    let succeeded = lines(&mut pytest, |line| {
        // `2 failed, 98 passed in 1.23s`; errors are tests that could not run.
        if !line.contains(" in ") {
            return;
        }
        let number = |word: &str| {
            let part = line.trim_matches('=').split([',', '=']).find(|part| part.contains(word));
            part.and_then(|part| part.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or_default()
        };
        counted = Count { passed: number(" passed"), failed: number(" failed") + number(" error") };
    })?;
    ensure!(succeeded || counted.failed > 0, "pytest failed before its tests ended");
    ensure!(counted.passed > 0, "pytest ran no tests");
    count.passed += counted.passed;
    count.failed += counted.failed;
    Ok(count)
}

/// The source distribution installs, which builds all of it again.
pub fn source_distribution() -> Result<()> {
    installs(&maturin(&work().join("sdist"), &build(), "sdist", &[])?)
}

/// The package, and tests that use every name of it, are sound to two type checkers.
fn types(bin: &Path) -> Result<()> {
    let mut mypy = program(bin.join("mypy"));
    mypy.current_dir(repository::path("python")).env("MYPYPATH", "package:tests");
    mypy.args(["--strict", "--no-error-summary", "--cache-dir"]).arg(work().join("mypy"));
    shell::run(mypy.args(["package/start_points", "tests", "examples"]))?;
    // The wheel of pyright holds pyright, and another one node: nothing is downloaded here.
    let mut pyright = program(bin.join("pyright"));
    pyright.env("PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT", "1").env("PYRIGHT_PYTHON_IGNORE_WARNINGS", "1");
    shell::run(pyright.arg("--pythonpath").arg(bin.join("python")).args(["--project", "python"]))
}

/// The hand-kept types are those of the module.
fn stubs(bin: &Path, site: &Path) -> Result<()> {
    let mut stubtest = program(bin.join("stubtest"));
    stubtest.env("PYTHONPATH", site).env("MYPYPATH", site).current_dir(work());
    shell::run(stubtest.args(["--concise", "--ignore-disjoint-bases", "start_points"]))
}

fn style(bin: &Path) -> Result<()> {
    shell::run(program(bin.join("ruff")).args(["check", "--quiet", "--no-cache", "python"]))?;
    shell::run(program(bin.join("ruff")).args(["format", "--quiet", "--no-cache", "--check", "python"]))
}

/// A wheel or source distribution installs where there is nothing else, and gives the module and the command.
fn installs(package: &Path) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    shell::run(program("python3").args(["-m", "venv"]).arg(fresh.path()))?;
    let bin = fresh.path().join("bin");
    // Pip keeps what it built, by path alone: it would install the wheel of an earlier state of the sources.
    let cache = work().join("pip");
    let _ = fs::remove_dir_all(cache.join("wheels"));
    let mut pip = program(bin.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).arg(package).env("PIP_CACHE_DIR", cache);
    pip.env("CARGO_TARGET_DIR", build()).env("MATURIN_PEP517_ARGS", format!("--profile {PROFILE}"));
    shell::run(pip.current_dir(fresh.path()))?;
    let mut check = program(bin.join("start-points"));
    shell::run(check.args(["check", "--quiet"]).arg(repository::path("examples/good")))?;
    let code = "import start_points as s; assert s.check(manifest=b'{}').summary.errors and s.RULES";
    shell::run(program(bin.join("python")).current_dir(fresh.path()).args(["-c", code]))
}
