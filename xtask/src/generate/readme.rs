//! What the README and the docs show of the command: real output, and the help of every command.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};

use super::files::GeneratedFiles;
use crate::shell::{self, cargo, program};
use crate::{repository, tools};

const EXAMPLE: &str = "examples/bad/python-unittest";
const BEGIN: &str = "<!-- example: written by `cargo xtask generate` -->\n";
const END: &str = "<!-- /example -->\n";

pub fn files() -> Result<GeneratedFiles> {
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let mut files = GeneratedFiles::new();
    files.insert("README.md".into(), readme()?);
    files.insert("docs/command.md".into(), command()?);
    Ok(files)
}

fn readme() -> Result<String> {
    let text = fs::read_to_string(repository::path("README.md"))?;
    let (before, rest) =
        text.split_once(BEGIN).context("README.md: the line that begins the example is gone")?;
    let (_, after) = rest.split_once(END).context("README.md: the line that ends the example is gone")?;
    let manifest = fs::read_to_string(repository::path(EXAMPLE).join("start_point/manifest.json"))?;
    let output = run(&["check", EXAMPLE])?;
    let shown = format!(
        "```json\n{}\n```\n\n```console\n$ start-points check {EXAMPLE}\n{}\n```\n",
        manifest.trim_end(),
        output.trim_end()
    );
    Ok(format!("{before}{BEGIN}{shown}{END}{after}"))
}

fn command() -> Result<String> {
    let mut out = String::from(
        "<!-- Written by `cargo xtask generate`: do not edit. -->\n\n# The command\n\n\
         Results go to standard output, talk goes to standard error. Exit codes: 0 clean, 1 faults found, 2 wrong use\n\
         or could not run; the same for every format. Colours and the progress line are for terminals only.\n",
    );
    write!(out, "\n```text\n{}\n```\n", run(&["--help"])?.trim_end())?;
    for command in start_points_cli::command().get_subcommands() {
        section(&mut out, &[command.get_name()])?;
        for below in command.get_subcommands() {
            section(&mut out, &[command.get_name(), below.get_name()])?;
        }
    }
    Ok(out)
}

/// The help of one command.
fn section(out: &mut String, names: &[&str]) -> Result<()> {
    let help = run(&[names, &["--help"]].concat())?;
    let level = "#".repeat(names.len() + 1);
    Ok(write!(out, "\n{level} {}\n\n```text\n{}\n```\n", names.join(" "), help.trim_end())?)
}

/// What the command prints, results and talk.
fn run(arguments: &[&str]) -> Result<String> {
    let mut command = program(tools::target().join("debug/start-points"));
    let output = command.args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100").output()?;
    Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
}
