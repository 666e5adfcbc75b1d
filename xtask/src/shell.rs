//! Running programs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use start_points_testing::KNOWN_ANSWERS;

use crate::repository;

/// A program that runs at the top of the repository, without what cargo told this one, and without the known answers.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(repository::root()).stdin(Stdio::null()).env_remove(KNOWN_ANSWERS);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // Cargo's word to xtask; a cargo below it has its own.
        if text.starts_with("CARGO_PKG_")
            || matches!(&*text, "CARGO" | "CARGO_MANIFEST_DIR" | "CARGO_MANIFEST_PATH")
        {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo, with these arguments.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = program("cargo");
    command.args(arguments);
    command
}

/// Runs to the end; a failure is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs to the end and answers what it wrote to standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", shown(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs, passes standard output on, and hands each line to `take`. Answers whether it succeeded.
pub fn lines(command: &mut Command, mut take: impl FnMut(&str)) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {}", shown(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            take(&line);
        }
    }
    Ok(child.wait()?.success())
}

/// Whether a program of this name answers `--version`.
pub fn answers(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    format!("`{}`", words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
}

/// Of what has a name, what is named, in its own order; all of it where nothing is.
pub fn chosen<T: Copy>(
    all: &[(&'static str, T)],
    what: &str,
    names: &[&str],
) -> Result<Vec<(&'static str, T)>> {
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|(known, _)| known == *name)) {
        let known: Vec<_> = all.iter().map(|(known, _)| *known).collect();
        bail!("unknown {what} `{unknown}`; expected {}", known.join(", "));
    }
    Ok(all.iter().filter(|(name, _)| names.is_empty() || names.contains(name)).copied().collect())
}
