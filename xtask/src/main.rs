//! The project's own commands, run as `cargo xtask COMMAND`.

mod bench;
mod bench_fetch;
mod bench_serve;
mod generate;
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

  test                 everything CI runs: format, lints, tests, docs, generated files, licences, hook, deploy, image, wasm, web, shas, serve, python
  test STEP…           these steps alone
  generate [--check]   write every generated file, or fail where one is stale
  bench                speed, as ratios measured in one run
  wasm                 build the npm package below wasm/npm and say what it weighs
  service-image oci:PATH
                       the service's image, of a static binary, without an engine
  bench-fetch          fetching 80 repositories, beside git clone
  bench-serve          the service: start, memory, and requests a second beside a bare axum
  soak [SECONDS [COMMAND]]  the service under load, slow, greedy and broken clients; 600 seconds
  bench-wasm           speed in Chromium, beside ajv
  bench-python         speed in Python, beside jsonschema, fastjsonschema and jsonschema-rs
  fuzz [SECONDS]       every fuzz target in turn; 600 seconds each
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
        ["bench"] => bench::run(),
        ["wasm"] => wasm::run(),
        ["service-image", place] => service_image::run(place),
        ["bench-fetch"] => bench_fetch::run(),
        ["bench-serve"] => bench_serve::bench(),
        ["soak"] => soak::run(600),
        ["soak", seconds] => soak::run(seconds.parse()?),
        ["soak", seconds, command] => soak::run_on(command.as_ref(), seconds.parse()?),
        ["bench-wasm"] => wasm::bench(),
        ["bench-python"] => python::bench(),
        ["fuzz"] => test::fuzz::run(600),
        ["fuzz", seconds] => test::fuzz::run(seconds.parse()?),
        ["help" | "--help" | "-h"] | [] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("`cargo xtask {}` is no command\n\n{USAGE}", other.join(" ")),
    }
}
