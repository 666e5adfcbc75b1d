//! The service, measured: start to ready, memory, and requests a second beside a bare axum, all in one run.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use start_points::Kind;
use start_points_testing::deployed_catalogue_of;

use crate::known_answers;
use crate::serving::{Running, ask, built};
use crate::shell::program;
use crate::tools;

/// As many as there are today, and as many as nobody has.
const FEW: usize = 80;
const MANY: usize = 10_000;

/// How often a start is measured; the middle one counts.
const STARTS: usize = 5;

/// How often each server is loaded, in turns.
const ROUNDS: usize = 3;

/// Prints every figure.
pub fn run() -> Result<()> {
    tools::debian("wrk", "wrk")?;
    let (service, bare) = built()?;
    let folder = tempfile::tempdir()?;
    let start_points = known_answers::start_points(Kind::Languages)?;
    println!("start to ready, and memory when it is ready");
    for count in [1, FEW, MANY] {
        let catalogue = folder.path().join(count.to_string());
        deployed_catalogue_of(&catalogue, Kind::Languages, count, &start_points)?;
        let (milliseconds, bytes) = start(&service, &catalogue)?;
        let wanted = match count {
            FEW => " (100 ms and 15 MB wanted)",
            MANY => " (2000 ms wanted)",
            _ => "",
        };
        println!("  {count:>6} start-points  {milliseconds:8.1} ms  {:8.1} MB{wanted}", bytes / 1e6);
    }
    let running = Running::service(&service, &folder.path().join(FEW.to_string()))?;
    println!("requests a second, {FEW} start-points, beside a bare axum with an answer of that size");
    for (path, body) in [("/alive", ""), ("/names", ""), ("/manifest", "NAME"), ("/manifests", "")] {
        let body = body.replace("NAME", &first_name(&running)?);
        let size = ask(&running.address, path, &body)?.len();
        let beside = Running::bare(&bare, size)?;
        let script = folder.path().join("ask.lua");
        fs::write(
            &script,
            format!("wrk.method = \"GET\"\nwrk.path = \"{path}\"\nwrk.body = [==[{body}]==]\n"),
        )?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            theirs.push(load(&beside.address, &script)?);
            ours.push(load(&running.address, &script)?);
        }
        let (ours, theirs) = (middle(ours), middle(theirs));
        println!(
            "  {path:<10} {size:>7} bytes  {:>9.0}  bare {:>9.0}  {:5.0} % (50 wanted)  p99 {} (bare {})",
            ours.rate,
            theirs.rate,
            100.0 * ours.rate / theirs.rate,
            ours.p99,
            theirs.p99
        );
    }
    println!("memory after that load: {:.1} MB", running.resident()? / 1e6);
    Ok(())
}

fn start(service: &Path, catalogue: &Path) -> Result<(f64, f64)> {
    let mut taken = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let running = Running::service(service, catalogue)?;
        ensure!(ask(&running.address, "/ready", "")? == b"{\"ready?\":true}");
        taken.push(began.elapsed().as_secs_f64() * 1e3);
        // The compressed answers are made meanwhile.
        thread::sleep(Duration::from_millis(500));
        resident.push(running.settled()?);
    }
    Ok((middle(taken), middle(resident)))
}

/// A body that names a start-point of middling size.
fn first_name(running: &Running) -> Result<String> {
    let names: serde_json::Value = serde_json::from_slice(&ask(&running.address, "/names", "")?)?;
    let name = names["names"][FEW / 2].as_str().context("a name")?.to_owned();
    Ok(serde_json::json!({ "name": name }).to_string())
}

struct Load {
    rate: f64,
    p99: String,
}

fn load(address: &str, script: &Path) -> Result<Load> {
    let mut wrk = program("wrk");
    wrk.args(["--threads", "1", "--connections", "32", "--duration", "3s", "--latency", "--script"]);
    let told = crate::shell::output(wrk.arg(script).arg(format!("http://{address}/")))?;
    let after = |word: &str| {
        let line = told.lines().find_map(|line| line.trim().strip_prefix(word));
        line.map(|rest| rest.trim().to_owned()).with_context(|| format!("no `{word}` in: {told}"))
    };
    if told.contains("Non-2xx") || told.contains("Socket errors") {
        bail!("{told}");
    }
    Ok(Load { rate: after("Requests/sec:")?.parse()?, p99: after("99%")? })
}

/// The one in the middle.
fn middle<T: Ranked>(mut all: Vec<T>) -> T {
    all.sort_by(|one, other| one.rank().total_cmp(&other.rank()));
    all.swap_remove(all.len() / 2)
}

trait Ranked {
    fn rank(&self) -> f64;
}

impl Ranked for f64 {
    fn rank(&self) -> f64 {
        *self
    }
}

impl Ranked for Load {
    fn rank(&self) -> f64 {
        self.rate
    }
}
