//! The pre-commit hook, run by the real `pre-commit` on a test repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::Count;
use crate::shell::{self, cargo, program};
use crate::{repository, tools};

/// Counts each thing that was seen to hold.
pub fn run() -> Result<Count> {
    let python = tools::python()?;
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let command = tools::target().join("debug/start-points");
    let folder = tempfile::tempdir()?;
    let ltf = folder.path().join("bash-plain");
    shell::run(program(&command).args(["new", "languages"]).arg(&ltf))?;
    git(&ltf, &["init", "--quiet"])?;
    git(&ltf, &["add", "--all"])?;

    let hook = |ltf: &Path| -> Result<(bool, String)> {
        let mut hook = program(python.join("pre-commit"));
        hook.current_dir(ltf).args(["try-repo", "--color=never"]).arg(repository::root()).arg("start-points");
        // The hook is built below target/, with what the tests built already, and only once.
        hook.env("PRE_COMMIT_HOME", tools::target().join("pre-commit"));
        hook.env("CARGO_TARGET_DIR", tools::target());
        hook.env("MATURIN_PEP517_ARGS", "--profile dev");
        hook.env_remove("RUSTFLAGS").envs(IDENTITY);
        let output = hook.output()?;
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        Ok((output.status.success(), text.into_owned()))
    };

    let (passed, output) = hook(&ltf)?;
    ensure!(passed && output.contains("Passed"), "a good commit is stopped:\n{output}");
    git(&ltf, &["commit", "--quiet", "--message=good"])?;

    let manifest = ltf.join("start_point/manifest.json");
    let good = fs::read_to_string(&manifest)?;
    fs::write(&manifest, good.replace("\".sh\"", "\"sh\""))?;
    git(&ltf, &["add", "--all"])?;
    let (passed, output) = hook(&ltf)?;
    let said = Command::new(&command)
        .args(["check", "--quiet", "start_point/manifest.json"])
        .current_dir(&ltf)
        .output()?;
    let said = String::from_utf8(said.stdout)?;
    ensure!(said.contains("dotless-extension"), "the command finds nothing:\n{said}");
    ensure!(!passed && output.contains(said.trim_end()), "the hook says\n{output}\nand the command\n{said}");

    Ok(Count { passed: 2, failed: 0 })
}

const IDENTITY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "start-points"),
    ("GIT_AUTHOR_EMAIL", "start-points@example.com"),
    ("GIT_COMMITTER_NAME", "start-points"),
    ("GIT_COMMITTER_EMAIL", "start-points@example.com"),
];

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    shell::run(program("git").current_dir(folder).envs(IDENTITY).args(arguments))
}
