//! `create` from 80 repositories beside `git clone` of them, as ratios measured in one run.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use start_points::Kind;
use start_points_testing::TestStartPoint;
use start_points_testing::git::{DelayProxy, GitRepository, GitServer};

use crate::known_answers;
use crate::shell::{self, cargo};
use crate::tools;

const REPOSITORIES: usize = 80;
const COMMITS: usize = 40;

/// One of the repositories has this much that does not compress in its history.
const BINARY_BYTES: usize = 30_000_000;

/// What one way to fetch everything cost.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// Of both sides: the server runs here too.
    cpu: Duration,
    bytes: u64,
    requests: usize,
    connections: u64,
}

struct World {
    /// What is measured.
    command: PathBuf,
    server: GitServer,
    proxy: DelayProxy,
    folder: PathBuf,
    tags: Vec<String>,
}

/// Prints every figure with what was asked for.
pub fn run() -> Result<()> {
    let start_points = known_answers::start_points(Kind::Languages)?;
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--release", "--package", "start-points-cli"]))?;
    let command = tools::target().join("release/start-points");
    let folder = tempfile::tempdir()?;
    let repositories = folder.path().join("repositories");
    let tags = make(&start_points, &repositories)?;
    for round_trip in [Duration::from_millis(80), Duration::ZERO] {
        let server = GitServer::start(&repositories)?;
        let proxy = DelayProxy::start(server.address(), round_trip)?;
        let folder = folder.path().join(format!("{}-ms", round_trip.as_millis()));
        fs::create_dir(&folder)?;
        let world = World { command: command.clone(), server, proxy, folder, tags: tags.clone() };
        measure(&world, round_trip)?;
    }
    Ok(())
}

fn measure(world: &World, round_trip: Duration) -> Result<()> {
    let delayed = !round_trip.is_zero();
    println!("{REPOSITORIES} repositories, {} ms added to a round trip", round_trip.as_millis());
    let clones = world.cost(|| world.clone_all())?;
    say("git clone, one after another", clones, None);
    let first = world.cost(|| world.create(false))?;
    let asked = if delayed {
        "8 times less time and 50 times fewer bytes asked"
    } else {
        "2.5 times less time asked"
    };
    say("create, nothing known", first, Some((clones, asked)));
    let again = world.cost(|| world.create(false))?;
    say(
        "create again, nothing changed",
        again,
        Some((clones, "20 times less asked, and a request a repository at most")),
    );
    let offline = world.cost(|| world.create(true))?;
    say("create --offline", offline, Some((clones, "no connection asked")));
    ensure!(again.requests <= REPOSITORIES, "more than a request a repository");
    ensure!(offline.connections == 0, "offline, and a connection was made");
    Ok(())
}

fn say(what: &str, cost: Cost, beside: Option<(Cost, &str)>) {
    let seconds = |cost: Cost| cost.wall.as_secs_f64();
    println!(
        "  {what:30} {:7.2} s {:7.2} s CPU {:9} kB {:4} requests {:4} connections",
        seconds(cost),
        cost.cpu.as_secs_f64(),
        cost.bytes / 1000,
        cost.requests,
        cost.connections
    );
    if let Some((clones, asked)) = beside {
        let fewer = clones.bytes as f64 / cost.bytes.max(1) as f64;
        println!("  {:30} {:7.1} × {fewer:9.1} ×   ({asked})", "", seconds(clones) / seconds(cost));
    }
}

impl World {
    fn cost(&self, work: impl FnOnce() -> Result<()>) -> Result<Cost> {
        let before = (self.proxy.bytes(), self.server.requests().len(), self.proxy.connections());
        let (started, cpu_before) = (Instant::now(), cpu());
        work()?;
        Ok(Cost {
            wall: started.elapsed(),
            cpu: cpu().saturating_sub(cpu_before),
            bytes: self.proxy.bytes() - before.0,
            requests: self.server.requests().len() - before.1,
            connections: self.proxy.connections() - before.2,
        })
    }

    fn url(&self, index: usize) -> String {
        format!("http://{}/r{index}", self.proxy.address())
    }

    /// As the deployed script does: a whole clone, then the commit that is wanted.
    fn clone_all(&self) -> Result<()> {
        for (index, tag) in self.tags.iter().enumerate() {
            let folder = self.folder.join(format!("clone-{index}"));
            git(&["clone", "--quiet", &self.url(index)], &folder, Path::new("."))?;
            if !tag.is_empty() {
                git(&["checkout", "--quiet", "--detach", tag], Path::new(""), &folder)?;
            }
        }
        Ok(())
    }

    /// Resolves, fetches, checks and writes; the folder of the last time is replaced, or found unchanged.
    fn create(&self, offline: bool) -> Result<()> {
        let urls = self.tags.iter().enumerate().map(|(index, tag)| {
            let tag = if tag.is_empty() { String::new() } else { format!("?tag={tag}") };
            format!("{}{tag}", self.url(index))
        });
        let mut command = Command::new(&self.command);
        command.args(["create", "example/languages", "--quiet", "--output", "dir:catalogue"]);
        command.args(offline.then_some("--offline")).arg("--languages").args(urls);
        command.current_dir(&self.folder).env("HOME", &self.folder).env_remove("XDG_CACHE_HOME");
        // Real manifests have warnings.
        shell::run(command.env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null()).stdout(Stdio::null()))
    }
}

/// Processor time of this process and its ended children, where the system tells it: in hundredths of a second.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(4).filter_map(|word| word.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn git(arguments: &[&str], last: &Path, folder: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command.args(arguments);
    if last != Path::new("") {
        command.arg(last);
    }
    let status = command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::null())
        .status()?;
    ensure!(status.success(), "git {} failed", arguments.join(" "));
    Ok(())
}

/// Makes the repositories; answers the tag that is asked for of each, empty for the default branch.
fn make(start_points: &[TestStartPoint], folder: &Path) -> Result<Vec<String>> {
    let mut noise = Noise(1);
    let mut tags = Vec::new();
    for index in 0..REPOSITORIES {
        let repository = GitRepository::bare(&folder.join(format!("r{index}")), "master")?;
        let binary = if index == 7 { BINARY_BYTES / COMMITS } else { 0 };
        repository.import(&history(index, &start_points[index % start_points.len()], binary, &mut noise)?)?;
        repository.git(&["repack", "-adq"])?;
        let tip = repository.git(&["rev-parse", "HEAD"])?;
        let old = repository.git(&["rev-parse", "HEAD~3"])?;
        repository.annotated_tag("1.0")?;
        // Most of the deployed list names a commit by seven digits, nearly always a tip.
        tags.push(match index % 8 {
            0 => String::new(),
            1 | 2 => "1.0".to_owned(),
            3 => old[..7].to_owned(),
            _ => tip[..7].to_owned(),
        });
    }
    Ok(tags)
}

/// A stream for `git fast-import`: every commit changes a file, and may bring a new archive in place of the last.
fn history(index: usize, start_point: &TestStartPoint, binary: usize, noise: &mut Noise) -> Result<Vec<u8>> {
    let TestStartPoint { name, manifest, files } = start_point;
    let mut stream = Vec::new();
    for commit in 0..COMMITS {
        writeln!(
            stream,
            "commit refs/heads/master\ncommitter T <t@example.com> {} +0000",
            1_500_000_000 + commit
        )?;
        writeln!(stream, "data 6\nchange")?;
        let mut file = |path: &str, bytes: &[u8]| -> Result<()> {
            writeln!(stream, "M 100644 inline {path}\ndata {}", bytes.len())?;
            stream.write_all(bytes)?;
            writeln!(stream)?;
            Ok(())
        };
        if commit == 0 {
            file("start_point/manifest.json", &derived(manifest, index)?)?;
            for (path, bytes) in files {
                file(&format!("start_point/{path}"), &text(*bytes, commit))?;
            }
            let image = name.replace('-', "_");
            file(
                "docker/image_name.json",
                format!("{{\"image_name\": \"cyberdojofoundation/{image}\"}}").as_bytes(),
            )?;
            file("README.md", format!("# {index}\n").as_bytes())?;
            file("docs/guide.md", &text(2000, index))?;
        }
        let (path, bytes) = &files[commit % files.len()];
        file(&format!("start_point/{path}"), &text(*bytes, commit))?;
        file("docker/Dockerfile.base", format!("FROM alpine:3.{commit}\nRUN apk add bash\n").as_bytes())?;
        if binary > 0 {
            file("docker/lib.jar", &noise.bytes(binary))?;
        }
    }
    Ok(stream)
}

/// A manifest with a name of its own, whose image is named by the docker folder.
fn derived(manifest: &[u8], index: usize) -> Result<Vec<u8>> {
    let mut manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(manifest)?;
    manifest.remove("image_name");
    manifest.insert("display_name".to_owned(), format!("Number {index}").into());
    Ok(serde_json::to_vec_pretty(&manifest)?)
}

/// Something that reads like a source file.
fn text(bytes: usize, seed: usize) -> Vec<u8> {
    let mut noise = Noise(u32::try_from(seed * 7919 + bytes).unwrap_or(1));
    let mut text = Vec::new();
    while text.len() < bytes {
        text.extend_from_slice(
            format!("  answer_{} = {};\n", noise.next() % 97, noise.next() % 1000).as_bytes(),
        );
    }
    text.truncate(bytes);
    if let Some(last) = text.last_mut() {
        *last = b'\n';
    }
    text
}

/// Bytes that do not compress, the same in every run.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        std::iter::repeat_with(|| (self.next() >> 16) as u8).take(count).collect()
    }
}
