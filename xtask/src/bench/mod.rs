//! Speed, as ratios measured in one run.

mod engine;
mod fetch;
mod large;
mod serve;

use anyhow::Result;

use crate::shell::chosen;

type Bench = (&'static str, fn() -> Result<()>);

const BENCHES: [Bench; 6] = [
    ("engine", engine::run),
    ("large", large::run),
    ("fetch", fetch::run),
    ("serve", serve::run),
    ("wasm", crate::wasm::bench),
    ("python", crate::python::bench),
];

/// Runs the benches that are named, or all of them, and prints every figure with what was asked for.
pub fn run(names: &[&str]) -> Result<()> {
    for (name, bench) in chosen(&BENCHES, "bench", names)? {
        println!("== {name}");
        bench()?;
    }
    Ok(())
}
