//! The project's own commands, run as `cargo xtask COMMAND`.

mod bench;
mod generate;
mod house;
mod known_answers;
mod layouts;
mod nightly;
mod npm;
mod python;
mod repository;
mod service_image;
mod serving;
mod shell;
mod soak;
mod test;
mod tools;
mod wasm;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  test                 everything CI runs: format, lints, tests, known-answers, docs, house, generated files, dependencies, hook, deploy, image, wasm, web, shas, serve, python
  test STEP…           these steps alone
  test --budget [STEP…]
                       a step that takes longer than its budget of seconds fails, where it is only named otherwise
  house                how the code stands: sizes of files, names, circles, phrases, each beside its limit
  generate [--check]   write every generated file, or fail where one is stale
  bench [NAME…]        speed, as ratios measured in one run; of all, or these alone:
                       engine   one manifest and many, beside check-jsonschema
                       large    large inputs of every shape: a byte of 1 MB beside one of 125 kB
                       fetch    create from 80 repositories, beside git clone
                       serve    start, memory, and requests a second beside a bare axum
                       wasm     in Chromium, beside ajv
                       python   beside jsonschema, fastjsonschema and jsonschema-rs
  wasm                 build the npm package below wasm/npm and say what it weighs
  service-image oci:PATH
                       the service's image, of a static binary, without an engine
  soak [SECONDS [COMMAND]]
                       the service under load, slow, greedy and broken clients; 600 seconds
  faults               every write, fsync, rename and read of a run fails in turn
  fuzz [SECONDS]       every fuzz target in turn; 600 seconds each
  nightly              what takes too long for CI: every fuzz target for a minute, all faults, the
                       long tests of pulling, the hook as pre-commit builds it, the static image, the source
                       distribution, the soak
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test", steps @ ..] => test::run(steps),
        ["generate"] => generate::run(generate::Mode::Write),
        ["generate", "--check"] => generate::run(generate::Mode::Check),
        ["bench", names @ ..] => bench::run(names),
        ["house"] => house::run(),
        ["wasm"] => wasm::run(),
        ["service-image", place] => service_image::run(place),
        ["soak"] => soak::run(600),
        ["soak", seconds] => soak::run(seconds.parse()?),
        ["soak", seconds, command] => soak::run_short(command.as_ref(), seconds.parse()?),
        ["faults"] => test::faults(),
        ["fuzz"] => test::fuzz::run(600),
        ["fuzz", seconds] => test::fuzz::run(seconds.parse()?),
        ["nightly"] => nightly::run(),
        ["help" | "--help" | "-h"] | [] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("unknown command `cargo xtask {}`\n\n{USAGE}", other.join(" ")),
    }
}
