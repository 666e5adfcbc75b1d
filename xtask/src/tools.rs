//! The tools that tests and benchmarks use and the project does not: installed below `target/`, in pinned versions.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};

use crate::repository;
use crate::shell::{answers, cargo, program, run};

const CARGO_DENY: &str = "0.20.2";

/// Held while something is installed: what a step needs may be on its way already. apt-get locks too, but fails where
/// pip and npm would overwrite one another.
static APT: Mutex<()> = Mutex::new(());
static PIP: Mutex<()> = Mutex::new(());

/// Waits until nothing else is installed this way.
pub fn installing(lock: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where built things lie.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository::path("target"), PathBuf::from)
}

/// `cargo-deny`: the one on the machine where its version is ours, else one of our own.
pub fn cargo_deny() -> Result<PathBuf> {
    let ours = target().join("tools/bin/cargo-deny");
    for candidate in [Path::new("cargo-deny"), &ours] {
        if answers(candidate, &["--version"]).is_some_and(|version| version.trim().ends_with(CARGO_DENY)) {
            return Ok(candidate.to_owned());
        }
    }
    let tools = target().join("tools");
    let version = format!("cargo-deny@{CARGO_DENY}");
    // Unoptimised: it runs once, for a second.
    let mut install =
        cargo(&["install", "--quiet", "--locked", "--debug", "--no-default-features", &version, "--root"]);
    install.arg(&tools).env("CARGO_TARGET_DIR", target().join("tools/build"));
    run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    Ok(ours)
}

/// A program of one of Debian's packages, installed where it is not there and we may.
pub fn debian(name: &str, package: &str) -> Result<PathBuf> {
    let find = || {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
    };
    let _installing = installing(&APT);
    if let Some(found) = find() {
        return Ok(found);
    }
    let apt = |words: &[&str]| run(program("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"));
    let install = || apt(&["install", "--quiet", "--yes", "--no-install-recommends", package]);
    let installed = install().or_else(|_| apt(&["update", "--quiet"]).and_then(|()| install()));
    installed.with_context(|| format!("`{name}` is needed: `apt-get install {package}` as root"))?;
    find().with_context(|| format!("{package} brings no {name}"))
}

/// A Python environment with what the tests use.
pub fn python() -> Result<PathBuf> {
    environment("venv", "xtask/requirements.txt")
}

/// A Python environment with what checks the manifests for Kubernetes.
pub fn deploy() -> Result<PathBuf> {
    environment("deploy", "xtask/deploy.txt")
}

/// A Python environment with schemathesis.
pub fn schemathesis() -> Result<PathBuf> {
    environment("serve", "xtask/serve.txt")
}

/// A Python environment below `target/` with the packages of a requirements file, every one pinned by hash.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = target().join(name);
    let requirements = repository::path(requirements);
    let wanted = std::fs::read_to_string(&requirements)?;
    let stamp = folder.join("installed.txt");
    let _installing = installing(&PIP);
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder.join("bin"));
    }
    let _ = std::fs::remove_dir_all(&folder);
    run(program("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = program(folder.join("bin/pip"));
    run(pip
        .args(["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
        .arg(requirements))?;
    std::fs::write(&stamp, wanted)?;
    Ok(folder.join("bin"))
}
