//! The service under everything at once: good clients, slow ones, many, greedy and broken ones, and reloads.
//!
//! Good clients must see no error, memory must not grow, and at the end the service must go when it is told to.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Resource, getrlimit, setrlimit};
use start_points::Kind;
use start_points_testing::deployed_catalogue;

use crate::serving::{Running, ask, built};
use crate::shell::{self, program};
use crate::tools;

/// As many as are served today.
const START_POINTS: usize = 80;

/// So many connections are open at once, good and bad.
const CONNECTIONS: usize = 10_000;

/// What may come on top of the memory after the first sixth, in bytes.
///
/// The allocator takes more until it has seen the most connections at once, which a short run may not have reached: 6
/// MB in two minutes, half a megabyte in ten. A leak shows as more in either.
const GROWTH: f64 = 10e6;

/// Runs for so many seconds, on the command as it is released.
pub fn run(seconds: u64) -> Result<()> {
    let (service, _) = built()?;
    run_on(&service, seconds)
}

/// Runs a command for so many seconds.
pub fn run_on(service: &Path, seconds: u64) -> Result<()> {
    tools::debian("wrk", "wrk")?;
    // Both ends are processes of this machine, and the usual limit is for programs that use `select`.
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files)?;
    let folder = tempfile::tempdir()?;
    deployed_catalogue(folder.path(), Kind::Languages, START_POINTS)?;
    let running = Running::service(service, folder.path())?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let harm =
        Harm { address: &running.address, end, is_over: AtomicBool::new(false), done: AtomicUsize::new(0) };
    let good = AtomicUsize::new(0);
    let (memory, most) = thread::scope(|scope| {
        let good_clients: Vec<_> = (0..2).map(|_| scope.spawn(|| harm.good(&good))).collect();
        let load = scope.spawn(|| wrk(&running.address, seconds));
        for work in
            [Harm::slow_heads, Harm::slow_bodies, Harm::greedy, Harm::broken, Harm::many, Harm::slow_readers]
        {
            let harm = &harm;
            scope.spawn(move || work(harm));
        }
        scope.spawn(|| harm.reloads(&running));
        let seen = watch(&running, end);
        harm.is_over.store(true, Ordering::Relaxed);
        for client in good_clients {
            client.join().map_err(|_| anyhow::anyhow!("a good client panicked"))??;
        }
        load.join().map_err(|_| anyhow::anyhow!("wrk's thread panicked"))??;
        seen
    })?;
    println!("good clients: {} requests, no error", good.load(Ordering::Relaxed));
    println!(
        "others: {} connections that were slow, greedy, broken or many",
        harm.done.load(Ordering::Relaxed)
    );
    println!("{most} connections and files of the service at once");
    ensure!(most > CONNECTIONS, "{CONNECTIONS} connections at once were not reached: is `ulimit -Hn` lower?");
    let [_, second, third, _, fifth, last] = memory[..] else { bail!("{} sixths", memory.len()) };
    let growth = fifth.max(last) - second.max(third);
    ensure!(growth < GROWTH, "memory grew by {:.1} MB", growth / 1e6);
    ensure!(running.stop()?, "SIGTERM did not end it cleanly");
    println!("SIGTERM: a clean exit");
    Ok(())
}

/// The highest memory in each sixth, printed as it goes, and the most that was open at once.
fn watch(running: &Running, end: Instant) -> Result<(Vec<f64>, usize)> {
    let sixth = end.saturating_duration_since(Instant::now()) / 6;
    let mut all = Vec::new();
    let mut most = 0;
    for number in 1..=6 {
        let until = Instant::now() + sixth;
        let mut highest: f64 = 0.0;
        while Instant::now() < until {
            highest = highest.max(running.resident()?);
            most = most.max(running.descriptors()?);
            thread::sleep(Duration::from_millis(100));
        }
        println!("memory at its highest in sixth {number}: {:.1} MB", highest / 1e6);
        all.push(highest);
    }
    Ok((all, most))
}

fn wrk(address: &str, seconds: u64) -> Result<()> {
    let duration = format!("{seconds}s");
    let mut wrk = program("wrk");
    wrk.args([
        "--threads",
        "1",
        "--connections",
        "16",
        "--latency",
        "--timeout",
        "30s",
        "--duration",
        &duration,
    ]);
    let told = shell::output(wrk.arg(format!("http://{address}/manifests")))?;
    if told.contains("Non-2xx") || told.contains("Socket errors") {
        bail!("wrk saw errors: {told}");
    }
    for line in told.lines().filter(|line| line.contains("Requests/sec") || line.contains("99%")) {
        println!("wrk, /manifests: {}", line.trim());
    }
    Ok(())
}

/// What is done to the service.
struct Harm<'a> {
    address: &'a str,
    end: Instant,
    is_over: AtomicBool,
    done: AtomicUsize,
}

impl Harm<'_> {
    fn goes_on(&self) -> bool {
        Instant::now() < self.end && !self.is_over.load(Ordering::Relaxed)
    }

    /// A connection, and another piece of harm counted.
    fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
        stream.set_write_timeout(Some(Duration::from_millis(500))).ok()?;
        self.done.fetch_add(1, Ordering::Relaxed);
        Some(stream)
    }

    /// Asks as clients do, each time anew, and believes no answer unseen.
    fn good(&self, count: &AtomicUsize) -> Result<()> {
        let names: serde_json::Value = serde_json::from_slice(&ask(self.address, "/names", "")?)?;
        let names = names["names"].as_array().context("names")?.clone();
        for name in names.iter().cycle() {
            if !self.goes_on() {
                break;
            }
            let body = serde_json::json!({ "name": name }).to_string();
            let answer: serde_json::Value = serde_json::from_slice(&ask(self.address, "/manifest", &body)?)?;
            ensure!(answer["manifest"]["display_name"] == *name, "{name} was answered by {answer}");
            ensure!(ask(self.address, "/ready", "")? == b"{\"ready?\":true}");
            count.fetch_add(2, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Heads that come a byte at a time.
    fn slow_heads(&self) {
        let mut held: Vec<TcpStream> = Vec::new();
        let text = b"GET /names HTTP/1.1\r\nhost: localhost\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
        let mut at = 0;
        while self.goes_on() {
            while held.len() < 200 {
                held.extend(self.connect());
            }
            held.retain_mut(|stream| stream.write_all(&[text[at % text.len()]]).is_ok());
            at += 1;
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Bodies that do not end.
    fn slow_bodies(&self) {
        let mut held: Vec<TcpStream> = Vec::new();
        while self.goes_on() {
            while held.len() < 200 {
                let Some(mut stream) = self.connect() else { break };
                let _ = stream.write_all(
                    b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n{",
                );
                held.push(stream);
            }
            held.retain_mut(|stream| stream.write_all(b" ").is_ok());
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Bodies of a gigabyte, told and untold.
    fn greedy(&self) {
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        while self.goes_on() {
            let Some(mut stream) = self.connect() else { continue };
            let _ = stream
                .write_all(b"POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1073741824\r\n\r\n");
            let _ = stream.read(&mut [0; 1024]);
            let Some(mut stream) = self.connect() else { continue };
            let _ = stream
                .write_all(b"POST /v1/mix HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
            for _ in 0..16_384 {
                if stream.write_all(chunk.as_bytes()).is_err() {
                    break;
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What is no HTTP, and what is nearly.
    fn broken(&self) {
        let texts: [&[u8]; 6] = [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"GET\r\n\r\n",
            b"GET /names HTTP/1.1\r\nhost : x\r\n\r\n",
            b"POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            b"POST /names HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"POST /manifest HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{]}",
        ];
        for text in texts.iter().cycle() {
            if !self.goes_on() {
                break;
            }
            let Some(mut stream) = self.connect() else { continue };
            let _ = stream.write_all(text);
            let _ = stream.read(&mut [0; 1024]);
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// As many connections as are wanted at once, opened, held and dropped.
    fn many(&self) {
        while self.goes_on() {
            let mut held = Vec::new();
            while held.len() < CONNECTIONS && self.goes_on() {
                match self.connect() {
                    Some(stream) => held.push(stream),
                    None => break,
                }
            }
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Asks for much, and takes little of it.
    fn slow_readers(&self) {
        let mut held: Vec<TcpStream> = Vec::new();
        while self.goes_on() {
            while held.len() < 50 {
                let Some(mut stream) = self.connect() else { break };
                let _ = stream
                    .write_all("GET /manifests HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50).as_bytes());
                held.push(stream);
            }
            held.retain_mut(|stream| matches!(stream.read(&mut [0; 256]), Ok(1..)));
            thread::sleep(Duration::from_millis(500));
        }
    }

    fn reloads(&self, running: &Running) {
        while self.goes_on() {
            let _ = running.signal("HUP");
            thread::sleep(Duration::from_secs(1));
        }
    }
}
