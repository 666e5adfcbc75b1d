//! Everything CI runs, in steps; each is run whatever became of the others, and the last line counts them.

pub mod count;
mod dependencies;
mod deploy;
mod downloads;
pub mod fuzz;
pub mod hook;
pub mod image;
mod known_answers;
pub mod python;
mod serve;
mod shas;
mod web;

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use self::count::{Count, cargo_test, one};
use crate::generate::{self, Mode};
use crate::shell::{self, cargo, chosen, program};
use crate::{house, repository};

/// A step, and the seconds that it may take on two cores with nothing built before.
type Step = (&'static str, (u64, fn() -> Result<Count>));

/// Makes steps that take longer than their budgets fail. Without it they are named: machines differ.
const BUDGET: &str = "--budget";

/// The budgets are those of one run on two cores, ten minutes together: what a step builds for later ones counts as
/// its own.
const STEPS: [Step; 16] = [
    ("format", (5, || one(format()))),
    (
        "lints",
        (60, || {
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
    ),
    ("tests", (200, tests)),
    ("known-answers", (20, known_answers::run)),
    (
        "docs",
        (20, || {
            let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
            one(shell::run(doc.env("RUSTDOCFLAGS", "-D warnings")))
        }),
    ),
    ("house", (5, || one(house::run()))),
    ("generated", (10, || one(generate::run(Mode::Check)))),
    ("dependencies", (25, dependencies::run)),
    ("hook", (20, hook::run)),
    ("deploy", (10, deploy::run)),
    ("image", (20, image::run)),
    ("wasm", (60, crate::wasm::test)),
    ("web", (45, web::run)),
    ("shas", (30, shas::run)),
    ("serve", (35, serve::run)),
    ("python", (40, python::run)),
];

/// The long form of the tests in which the disk fails on purpose.
pub fn faults() -> Result<()> {
    let mut test = cargo(&["test", "--locked", "--package", "start-points-cli", "--test", "it", "faults::"]);
    shell::run(test.env("FAULTS_ON_PURPOSE", "all"))
}

/// Runs the steps that are named, or all of them.
pub fn run(words: &[&str]) -> Result<()> {
    let (flags, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| **word == BUDGET);
    let steps = chosen(&STEPS, "step", &names)?;
    let mut total = Count::default();
    let mut failed = Vec::new();
    let mut taken = Vec::new();
    thread::scope(|scope| {
        downloads::start(scope, &steps.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, (budget, step)) in steps {
            println!("== {name}");
            let started = Instant::now();
            let count = step().unwrap_or_else(|error| {
                println!("{name} failed: {error:#}");
                Count { passed: 0, failed: 1 }
            });
            let took = started.elapsed();
            println!("== {name}: {} passed, {} failed, {} s", count.passed, count.failed, took.as_secs());
            if count.failed > 0 {
                failed.push(name);
            }
            taken.push((name, took, Duration::from_secs(budget)));
            total.passed += count.passed;
            total.failed += count.failed;
        }
    });
    let over = print_times(&taken);
    if !flags.is_empty() {
        total.failed += over.len();
        failed.extend(over);
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

/// Prints how long each step took beside its budget, and answers which took longer.
fn print_times(taken: &[(&'static str, Duration, Duration)]) -> Vec<&'static str> {
    let mut over = Vec::new();
    println!("{:<16}{:>8}{:>8}", "step", "seconds", "budget");
    for (name, took, budget) in taken {
        let warning = if took > budget { "  warning: over budget" } else { "" };
        println!("{name:<16}{:>8}{:>8}{warning}", took.as_secs(), budget.as_secs());
        if took > budget {
            over.push(*name);
        }
    }
    let sum = |pick: fn(&(&str, Duration, Duration)) -> Duration| taken.iter().map(pick).sum::<Duration>();
    println!("{:<16}{:>8}{:>8}", "together", sum(|step| step.1).as_secs(), sum(|step| step.2).as_secs());
    over
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

/// Every test that is not ignored; none of them sees the known answers.
fn tests() -> Result<Count> {
    cargo_test(&mut cargo(&["test", "--workspace", "--locked", "--quiet", "--no-fail-fast"]))
}
