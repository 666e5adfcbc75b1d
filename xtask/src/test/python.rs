//! The Python package: built as wheel and source distribution, installed, type-checked and tested.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::Count;
use crate::shell::{self, cargo, lines, program};
use crate::{repository, tools};

/// Builds sooner than `release`; what is tested is the same.
const PROFILE: &str = "hook";

/// What `python/pyproject.toml` says of that profile, so that the command is built from the wheel's dependencies.
const UNWIND: &str = "profile.release.panic='unwind'";

/// Answers how many tests passed and failed; each thing that is seen to hold beside them counts as one.
pub fn run() -> Result<Count> {
    let bin = tools::python()?;
    let work = tools::target().join("python");
    let (dist, site) = (work.join("dist"), work.join("site"));
    for folder in [&dist, &site] {
        let _ = fs::remove_dir_all(folder);
    }
    let maturin = |command: &str, more: &[&str]| {
        let mut maturin = program(bin.join("maturin"));
        maturin.env("CARGO_TARGET_DIR", build());
        maturin.args([command, "--manifest-path", "python/Cargo.toml", "--out"]).arg(&dist).args(more);
        shell::run(&mut maturin)
    };
    maturin("sdist", &[])?;
    maturin("build", &["--quiet", "--profile", PROFILE, "--locked"])?;
    let wheel = only(&dist, ".whl")?;
    let sdist = only(&dist, ".tar.gz")?;
    shell::run(
        program(bin.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"])
            .arg(&site)
            .arg(&wheel),
    )?;
    let mut command = cargo(&["build", "--quiet", "--locked", "--profile", PROFILE, "--config", UNWIND]);
    shell::run(command.args(["--package", "start-points-cli"]).env("CARGO_TARGET_DIR", build()))?;

    let mut count = Count::default();
    for step in [&types as &dyn Fn(&Path) -> Result<()>, &|bin| stubs(bin, &site), &style] {
        step(&bin)?;
        count.passed += 1;
    }
    installs(&wheel, &[])?;
    installs(&sdist, &["--no-binary", "start-points"])?;
    count.passed += 2;

    let mut pytest = program(bin.join("python"));
    pytest.args(["-m", "pytest", "python"]).env("PYTHONPATH", &site);
    pytest.env("RUST_START_POINTS", build().join(PROFILE).join("start-points"));
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

/// Where cargo builds all of it.
fn build() -> PathBuf {
    tools::target().join("python/build")
}

/// The one file of a folder that ends so.
fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let paths = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = paths.filter(|path| path.to_string_lossy().ends_with(ending));
    let path = found.next().with_context(|| format!("no {ending} in {}", folder.display()))?;
    ensure!(found.next().is_none(), "several {ending} in {}", folder.display());
    Ok(path)
}

/// The package, and tests that use every name of it, are sound to two type checkers.
fn types(bin: &Path) -> Result<()> {
    let mut mypy = program(bin.join("mypy"));
    mypy.current_dir(repository::path("python")).env("MYPYPATH", "package:tests");
    mypy.args(["--strict", "--no-error-summary", "--cache-dir"]).arg(tools::target().join("python/mypy"));
    shell::run(mypy.args(["package/start_points", "tests", "examples"]))?;
    // The wheel of pyright holds pyright, and another one node: nothing is downloaded here.
    let mut pyright = program(bin.join("pyright"));
    pyright.env("PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT", "1").env("PYRIGHT_PYTHON_IGNORE_WARNINGS", "1");
    shell::run(pyright.arg("--pythonpath").arg(bin.join("python")).args(["--project", "python"]))
}

/// The hand-kept types are those of the module.
fn stubs(bin: &Path, site: &Path) -> Result<()> {
    let mut stubtest = program(bin.join("stubtest"));
    stubtest.env("PYTHONPATH", site).env("MYPYPATH", site).current_dir(tools::target().join("python"));
    shell::run(stubtest.args(["--concise", "--ignore-disjoint-bases", "start_points"]))
}

fn style(bin: &Path) -> Result<()> {
    shell::run(program(bin.join("ruff")).args(["check", "--quiet", "--no-cache", "python"]))?;
    shell::run(program(bin.join("ruff")).args(["format", "--quiet", "--no-cache", "--check", "python"]))
}

/// A wheel or source distribution installs where there is nothing else, and gives the module and the command.
fn installs(package: &Path, options: &[&str]) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    shell::run(program("python3").args(["-m", "venv"]).arg(fresh.path()))?;
    let bin = fresh.path().join("bin");
    let mut pip = program(bin.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(options).arg(package);
    // What was built of the dependencies is there already; the package itself is built from what was unpacked.
    pip.env("CARGO_TARGET_DIR", build()).env("MATURIN_PEP517_ARGS", format!("--profile {PROFILE}"));
    shell::run(pip.current_dir(fresh.path()))?;
    let mut check = program(bin.join("start-points"));
    shell::run(check.args(["check", "--quiet"]).arg(repository::path("examples/good")))?;
    let code = "import start_points as s; assert s.check(manifest=b'{}').summary.errors and s.RULES";
    shell::run(program(bin.join("python")).current_dir(fresh.path()).args(["-c", code]))
}
