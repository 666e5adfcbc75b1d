//! The command and the engine, measured beside others.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::shell::{self, cargo, output, program};
use crate::{repository, tools};

/// What `measure.py` says of a command: medians over its runs.
#[derive(Debug, Deserialize)]
struct Measured {
    wall_ms: f64,
    cpu_ms: f64,
    peak_kb: f64,
}

/// Prints every figure with what it is compared to.
pub fn run() -> Result<()> {
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--release", "--package", "start-points-cli"]))?;
    let command = tools::target().join("release/start-points");
    let command = command.to_str().context("the target folder is not UTF-8")?.to_owned();
    one_process(&command)?;
    against_check_jsonschema(&command)?;
    in_memory()?;
    many(&command)
}

fn one_process(command: &str) -> Result<()> {
    let manifest = repository::path("examples/good/python-pytest/start_point/manifest.json");
    let ours = [command, "check", "--quiet", manifest.to_str().context("UTF-8")?];
    let measured = measure(400, &[&["/bin/true"], &ours])?;
    let [nothing, check] = &measured[..] else { anyhow::bail!("two commands were measured") };
    let allowed = 3.0 * nothing.wall_ms + 2.0;
    println!("one manifest, process start to exit");
    println!("  /bin/true            {:8.2} ms", nothing.wall_ms);
    println!(
        "  start-points check   {:8.2} ms, at most {allowed:.2} wanted (3 × /bin/true + 2 ms)",
        check.wall_ms
    );
    Ok(())
}

fn against_check_jsonschema(command: &str) -> Result<()> {
    let manifest = repository::path("examples/good/custom/start-points/Tennis/Python/manifest.json");
    let manifest = manifest.to_str().context("UTF-8")?.to_owned();
    let schema = repository::path("schemas/custom.schema.json");
    let checker = tools::python()?.join("check-jsonschema");
    let theirs =
        [checker.to_str().context("UTF-8")?, "--schemafile", schema.to_str().context("UTF-8")?, &manifest];
    let ours = [command, "check", "--quiet", &manifest];
    let measured = measure(15, &[&theirs, &ours])?;
    let [theirs, ours] = &measured[..] else { anyhow::bail!("two commands were measured") };
    println!("CPU of one check");
    println!("  check-jsonschema     {:8.2} ms", theirs.cpu_ms);
    println!(
        "  start-points check   {:8.2} ms, {:.0} times less (100 wanted)",
        ours.cpu_ms,
        theirs.cpu_ms / ours.cpu_ms
    );
    Ok(())
}

fn in_memory() -> Result<()> {
    let rate = output(&mut cargo(&[
        "run",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "start-points",
        "--example",
        "rate",
    ]))?;
    println!("in memory, one core");
    print!("{rate}");
    Ok(())
}

fn many(command: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (few, many) = (folder.path().join("few"), folder.path().join("many"));
    write_start_points(&few, 1_000)?;
    write_start_points(&many, 10_000)?;
    let path = |folder: &Path| folder.to_string_lossy().into_owned();
    let (few, many) = (path(&few), path(&many));
    let measured =
        measure(5, &[&[command, "check", "--quiet", &few], &[command, "check", "--quiet", &many]])?;
    let [few, many] = &measured[..] else { anyhow::bail!("two commands were measured") };
    println!("10 times the manifests");
    println!("  1,000 manifests      {:8.1} ms, peak {:.0} kB", few.wall_ms, few.peak_kb);
    println!(
        "  10,000 manifests     {:8.1} ms, peak {:.0} kB: {:.1} times the time (at most 11 wanted), {:.2} times the memory",
        many.wall_ms,
        many.peak_kb,
        many.wall_ms / few.wall_ms,
        many.peak_kb / few.peak_kb
    );
    Ok(())
}

/// Repositories that differ in name alone.
fn write_start_points(folder: &Path, count: usize) -> Result<()> {
    let example = repository::path("examples/good/python-pytest");
    let manifest = fs::read_to_string(example.join("start_point/manifest.json"))?;
    for index in 0..count {
        let start_point = folder.join(format!("ltf-{index:05}/start_point"));
        fs::create_dir_all(&start_point)?;
        let mut name = String::new();
        write!(name, "\"Python 3.13.{index}, pytest 8.3.4\"")?;
        fs::write(
            start_point.join("manifest.json"),
            manifest.replace("\"Python 3.13.1, pytest 8.3.4\"", &name),
        )?;
        for file in ["test_hiker.py", "hiker.py", "cyber-dojo.sh", "red_amber_green.rb"] {
            fs::copy(example.join("start_point").join(file), start_point.join(file))?;
        }
        let docker = folder.join(format!("ltf-{index:05}/docker"));
        fs::create_dir_all(&docker)?;
        fs::copy(example.join("docker/image_name.json"), docker.join("image_name.json"))?;
    }
    Ok(())
}

/// Runs the commands in turn, `times` each.
fn measure(times: usize, commands: &[&[&str]]) -> Result<Vec<Measured>> {
    let script = repository::path("xtask/src/measure.py");
    let commands = serde_json::to_string(commands)?;
    let answer = output(program("python3").arg(script).arg(times.to_string()).arg(commands))?;
    Ok(serde_json::from_str(&answer)?)
}
