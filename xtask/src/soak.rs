//! The service under everything at once, in the memory that `deploy/` gives it: good clients beside slow, greedy, broken
//! and very many ones, and reloads.
//!
//! It must not be killed, good clients must see nothing but answers and the budget's own 503s, probes must be quick, and
//! a minute after the load its memory must be what it was before.

mod cgroup;
mod good;
mod harm;
mod load;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use rustix::process::{Resource, getrlimit, setpriority_process, setrlimit};
use start_points::Kind;
use start_points_testing::deployed_catalogue;

use self::cgroup::Cgroup;
use self::load::{Count, Load};
use crate::serving::Running;
use crate::shell::{self, program};
use crate::{service_image, tools};

/// As many as are served today.
const START_POINTS: usize = 80;

/// The longest that a probe may take in the long form. Kubernetes waits for two seconds, which is what the short form
/// wants: it runs beside other tests.
const PROBE: Duration = Duration::from_millis(50);
const KUBERNETES: Duration = Duration::from_secs(2);

/// What the memory after the load may be of that before.
const BACK: f64 = 1.2;

/// For the memory to come back.
const MINUTE: Duration = Duration::from_secs(60);

/// Runs for so many seconds, on the binary of the service's image.
pub fn run(seconds: u64) -> Result<()> {
    run_on(&service_image::binary("release")?, seconds, PROBE, true)
}

/// The short form, on a command that was built for tests: its memory is shown, and not limited.
pub fn run_short(service: &Path, seconds: u64) -> Result<()> {
    run_on(service, seconds, KUBERNETES, false)
}

/// Runs a command for so many seconds.
fn run_on(service: &Path, seconds: u64, probe: Duration, limited: bool) -> Result<()> {
    tools::debian("wrk", "wrk")?;
    // Both ends are processes of this machine, and the usual limit is for programs that use `select`.
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files)?;
    let folder = tempfile::tempdir()?;
    deployed_catalogue(folder.path(), Kind::Languages, START_POINTS)?;
    let limit = cgroup::deployed_limit()?;
    let cgroup = if limited { Cgroup::new(limit) } else { Err(anyhow!("the short form has no limit")) };
    match &cgroup {
        Ok(_) => println!("the service is killed where it takes more than {} MiB", limit >> 20),
        Err(error) => println!("not in a memory cgroup, its memory is only measured: {error:#}"),
    }
    let running = match &cgroup {
        Ok(cgroup) => Running::started(cgroup.command(service), folder.path())?,
        Err(_) => Running::service(service, folder.path())?,
    };
    let before = warmed(&running)?;
    println!("memory before, warm and idle: {:.1} MB", before / 1e6);
    let load = Load {
        address: &running.address,
        end: Instant::now() + Duration::from_secs(seconds),
        is_over: AtomicBool::new(false),
        harm: Count::default(),
    };
    let seen = under(&load, &running, seconds)?;
    println!("requests served: {}, and by wrk {}", seen.good.0.load(Ordering::Relaxed), seen.wrk);
    println!("requests refused by the budget: {}", seen.good.1.load(Ordering::Relaxed));
    println!("connections that were slow, greedy, broken or many: {}", load.harm.0.load(Ordering::Relaxed));
    println!(
        "the longest probe: {:.1} ms; of a server that does nothing else: {:.1} ms",
        seen.longest.as_secs_f64() * 1e3,
        seen.longest_bare.as_secs_f64() * 1e3
    );
    println!("memory at its peak: {:.1} MB resident", seen.peak / 1e6);
    if let Some(peak) = cgroup.as_ref().ok().and_then(Cgroup::peak) {
        println!(
            "memory at its peak, with what the system keeps for it: {:.1} MB of {:.1}",
            peak / 1e6,
            limit as f64 / 1e6
        );
    }
    if limited {
        let (after, waited) = calmed(&running, before)?;
        println!("memory after, {} seconds later: {:.1} MB", waited.as_secs(), after / 1e6);
        ensure!(seen.peak <= limit as f64, "more than the {} MiB of deploy/", limit >> 20);
        ensure!(after <= before * BACK, "{:.0} % of the memory before", after / before * 100.0);
    }
    ensure!(seen.longest < probe, "a probe took longer than {} ms", probe.as_millis());
    ensure!(running.stop()?, "SIGTERM did not end it cleanly");
    println!("SIGTERM: a clean exit");
    Ok(())
}

/// What came of it.
#[derive(Default)]
struct Seen {
    good: Count,
    wrk: String,
    longest: Duration,
    longest_bare: Duration,
    peak: f64,
}

fn under(load: &Load<'_>, running: &Running, seconds: u64) -> Result<Seen> {
    let mut seen = Seen::default();
    let good = &seen.good;
    let (wrk, probes, peak) = thread::scope(|scope| {
        for work in harm::ALL {
            scope.spawn(move || {
                // The clients are processes of other machines elsewhere; here they must not take the service's cores.
                let _ = setpriority_process(None, 19);
                work(load);
            });
        }
        let wrk = scope.spawn(|| wrk(load.address, seconds));
        let probes = scope.spawn(|| good::probes(load, good));
        let clients = [
            scope.spawn(|| good::deployed_api(load, good)),
            scope.spawn(|| good::deployed_api(load, good)),
            scope.spawn(|| good::checks(load, good)),
        ];
        scope.spawn(|| {
            while load.goes_on() {
                let _ = running.signal("HUP");
                thread::sleep(Duration::from_secs(1));
            }
        });
        let peak = watch(load, running);
        load.is_over.store(true, Ordering::Relaxed);
        let panicked = |_| anyhow!("a client panicked");
        let probes = probes.join().map_err(panicked)?;
        let clients = clients.into_iter().try_for_each(|client| client.join().map_err(panicked)?);
        let wrk = wrk.join().map_err(panicked)?;
        // Where it is gone, that is why clients failed.
        let peak = peak?;
        clients?;
        Ok::<_, anyhow::Error>((wrk?, probes?, peak))
    })?;
    (seen.wrk, (seen.longest, seen.longest_bare), seen.peak) = (wrk, probes, peak);
    Ok(seen)
}

/// The highest memory; fails as soon as the service is gone.
fn watch(load: &Load<'_>, running: &Running) -> Result<f64> {
    let mut peak: f64 = 0.0;
    while load.goes_on() {
        let now = running.resident();
        peak = peak.max(now.map_err(|_| anyhow!("the service was killed, at {:.1} MB last", peak / 1e6))?);
        thread::sleep(Duration::from_millis(50));
    }
    running.resident().map_err(|_| anyhow!("the service was killed, at {:.1} MB last", peak / 1e6))?;
    Ok(peak)
}

/// The memory once everything has been asked for a while, and all is idle again.
fn warmed(running: &Running) -> Result<f64> {
    let load = Load {
        address: &running.address,
        end: Instant::now() + Duration::from_secs(3),
        is_over: AtomicBool::new(false),
        harm: Count::default(),
    };
    let count = Count::default();
    running.signal("HUP")?;
    thread::scope(|scope| {
        let asking = [
            scope.spawn(|| good::deployed_api(&load, &count)),
            scope.spawn(|| good::checks(&load, &count)),
            scope.spawn(|| wrk(load.address, 3).map(|_| ())),
        ];
        asking.into_iter().try_for_each(|asking| asking.join().map_err(|_| anyhow!("a client panicked"))?)
    })?;
    running.settled()
}

/// The memory as soon as it is what it was, or after a minute; and how long that took.
fn calmed(running: &Running, before: f64) -> Result<(f64, Duration)> {
    let began = Instant::now();
    loop {
        let now = running.resident()?;
        if now <= before * BACK || began.elapsed() >= MINUTE {
            return Ok((now, began.elapsed()));
        }
        thread::sleep(Duration::from_secs(1));
    }
}

/// How many requests wrk made for every manifest at once, on connections that it keeps.
fn wrk(address: &str, seconds: u64) -> Result<String> {
    let duration = format!("{seconds}s");
    let mut wrk = program("wrk");
    wrk.args(["--threads", "1", "--connections", "16", "--timeout", "30s", "--duration", &duration]);
    let said = shell::output(wrk.arg(format!("http://{address}/manifests")))?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("wrk saw errors: {said}");
    }
    let requests = said.lines().find_map(|line| line.trim().split_once(" requests in"));
    Ok(requests.map(|(count, _)| count.to_owned()).unwrap_or_default())
}
