//! Everything CI runs, in steps; each is run whatever became of the others, and the last line counts them.

mod dependencies;
mod deploy;
pub mod fuzz;
mod hook;
mod image;
mod known_answers;
mod python;
mod serve;
mod shas;
mod web;

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::generate::{self, Mode};
use crate::repository;
use crate::shell::{self, cargo, chosen, lines, program};

/// What a step found: one for itself, or as many as it ran tests.
#[derive(Default, Clone, Copy)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

type Step = (&'static str, fn() -> Result<Count>);

const STEPS: [Step; 15] = [
    ("format", || one(format())),
    ("lints", || {
        one(shell::run(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ])))
    }),
    ("tests", tests),
    ("known-answers", known_answers::run),
    ("docs", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
        one(shell::run(doc.env("RUSTDOCFLAGS", "-D warnings")))
    }),
    ("generated", || one(generate::run(Mode::Check))),
    ("dependencies", dependencies::run),
    ("hook", hook::run),
    ("deploy", deploy::run),
    ("image", image::run),
    ("wasm", crate::wasm::test),
    ("web", web::run),
    ("shas", shas::run),
    ("serve", serve::run),
    ("python", python::run),
];

/// The long form of the tests in which the disk fails on purpose.
pub fn faults() -> Result<()> {
    let mut test = cargo(&["test", "--locked", "--package", "start-points-cli", "--test", "it", "faults::"]);
    shell::run(test.env("FAULTS_ON_PURPOSE", "all"))
}

/// Runs the steps that are named, or all of them.
pub fn run(names: &[&str]) -> Result<()> {
    let mut total = Count::default();
    let mut failed = Vec::new();
    for (name, step) in chosen(&STEPS, "step", names)? {
        println!("== {name}");
        let started = Instant::now();
        let count = step().unwrap_or_else(|error| {
            println!("{name} failed: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        println!(
            "== {name}: {} passed, {} failed, {} s",
            count.passed,
            count.failed,
            started.elapsed().as_secs()
        );
        if count.failed > 0 {
            failed.push(name);
        }
        total.passed += count.passed;
        total.failed += count.failed;
    }
    if !failed.is_empty() {
        println!("steps that failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

/// `cargo fmt` looks for modules in the text, and those of the rules are made by the macro of their list.
fn format() -> Result<()> {
    shell::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    let rules = std::fs::read_dir(repository::path("core/src/rules"))?;
    let paths = rules.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let sources = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let mut rustfmt = program("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).args(sources);
    shell::run(&mut rustfmt).context("`rustfmt --edition 2024 core/src/rules/*.rs` formats the rules")
}

/// A step that passes or fails as a whole.
fn one(result: Result<()>) -> Result<Count> {
    result.map(|()| Count { passed: 1, failed: 0 })
}

/// Every test that is not ignored; none of them sees the known answers.
fn tests() -> Result<Count> {
    cargo_test(&mut cargo(&["test", "--workspace", "--locked", "--quiet", "--no-fail-fast"]))
}

/// Runs `cargo test`, counted from the line each test program ends with.
fn cargo_test(command: &mut Command) -> Result<Count> {
    let mut count = Count::default();
    let succeeded = lines(command, |line| {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        let number = |word: &str| {
            let before = rest.split(&[';', '.']).find_map(|part| part.trim().strip_suffix(word));
            before.and_then(|number| number.trim().parse::<usize>().ok()).unwrap_or_default()
        };
        count.passed += number("passed");
        count.failed += number("failed");
    })?;
    if !succeeded && count.failed == 0 {
        bail!("cargo test failed before its tests ended");
    }
    Ok(count)
}
