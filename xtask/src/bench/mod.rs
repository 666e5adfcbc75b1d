//! Speed, as ratios measured in one run.

mod engine;
mod fetch;
mod serve;

use anyhow::{Result, bail};

type Bench = (&'static str, fn() -> Result<()>);

const BENCHES: [Bench; 5] = [
    ("engine", engine::run),
    ("fetch", fetch::run),
    ("serve", serve::run),
    ("wasm", crate::wasm::bench),
    ("python", crate::python::bench),
];

/// Runs the benches that are named, or all of them, and prints every figure with what was asked for.
pub fn run(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !BENCHES.iter().any(|(bench, _)| bench == *name)) {
        bail!("`{unknown}` is no bench: {}", BENCHES.map(|(bench, _)| bench).join(", "));
    }
    for (name, bench) in BENCHES.into_iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        println!("== {name}");
        bench()?;
    }
    Ok(())
}
