//! The service's image: a catalogue on top of it, run by docker as `cyber-dojo up` runs today's. It holds the command
//! that the tests built, and its libraries; nightly the static one that is released.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use start_points_testing::docker::DockerEngine;

use super::count::Count;
use crate::shell::{self, cargo, output, program};
use crate::{repository, service_image, tools};

/// What is made into a catalogue.
const LTF: &str = "examples/good/python-pytest";
const NAME: &str = "acme/catalogue:1";
const CONTAINER: &str = "catalogue";

/// What each container of start-points gets today.
const CONTAINED: [&str; 6] =
    ["--read-only", "--user=nobody", "--cap-drop=ALL", "--network=host", "--detach", "--name"];

/// Counts each thing that was seen to hold, of the command as the tests built it.
pub fn run() -> Result<Count> {
    build()?;
    let binary = service_image::strip(&tools::target().join("debug/start-points"))?;
    let libraries = libraries(&binary)?;
    run_with(&binary, &libraries)
}

/// The same of the static command.
pub fn run_static() -> Result<()> {
    build()?;
    // How it is packed is what is tested, which no optimising changes.
    run_with(&service_image::binary("dev")?, &[]).map(drop)
}

fn build() -> Result<()> {
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))
}

/// The files that a binary is linked to: `libc.so.6 => /lib/libc.so.6 (0x…)`, and the loader without an arrow.
fn libraries(binary: &Path) -> Result<Vec<PathBuf>> {
    let listed = output(program("ldd").arg(binary))?;
    let paths = listed.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    Ok(paths.map(PathBuf::from).collect())
}

fn run_with(binary: &Path, libraries: &[PathBuf]) -> Result<Count> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let oci = |name: &str| format!("oci:{}", at(name).display());
    let made = service_image::make(&at("service"), binary, libraries)?;
    let again = service_image::make(&at("service"), binary, libraries)?;
    ensure!(made.digest == again.digest, "made twice, it is {} and {}", made.digest, again.digest);

    let source = committed(folder.path())?;
    let mut create = program(tools::target().join("debug/start-points"));
    create.args(["create", NAME, "--languages", &source]).env("XDG_CACHE_HOME", at("cache"));
    shell::run(create.args(["--base", &oci("service"), "--output", &oci("catalogue")]))?;
    let mut count = Count { passed: 1, failed: 0 };
    if let Some(docker) = DockerEngine::start(folder.path()) {
        contained(&docker, &at("catalogue"), &at("archive.tar"))?;
        count.passed += 1;
    }
    Ok(count)
}

/// A repository with one commit.
fn committed(folder: &Path) -> Result<String> {
    let source = folder.join("source");
    shell::run(program("cp").arg("-r").arg(repository::path(LTF)).arg(&source))?;
    for arguments in
        ["init --quiet", "add --all", "-c user.name=a -c user.email=a@example.com commit --quiet -m a"]
    {
        shell::run(program("git").current_dir(&source).args(arguments.split(' ')))?;
    }
    Ok(source.display().to_string())
}

/// DockerEngine finds it healthy, it answers, and it ends when it is asked to.
fn contained(docker: &DockerEngine, layout: &Path, archive: &Path) -> Result<()> {
    let skopeo = tools::debian("skopeo", "skopeo")?;
    let mut copy = program(skopeo);
    copy.args(["--insecure-policy", "copy", "--quiet"]).arg(format!("oci:{}:1", layout.display()));
    shell::run(copy.arg(format!("docker-archive:{}:{NAME}", archive.display())))?;
    output(docker.client().args(["load", "--input"]).arg(archive))?;

    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let mut run = docker.client();
    run.arg("run").args(CONTAINED).args([CONTAINER, "--env", &format!("PORT={port}"), NAME]);
    output(run.arg("--host=127.0.0.1"))?;
    let inspect = |format: &str| output(docker.client().args(["inspect", "--format", format, CONTAINER]));
    let end = Instant::now() + Duration::from_secs(60);
    while inspect("{{.State.Health.Status}}")?.trim() != "healthy" {
        let log = || output(docker.client().args(["logs", CONTAINER])).unwrap_or_default();
        ensure!(Instant::now() < end, "docker does not find it healthy: {}", log());
        thread::sleep(Duration::from_millis(100));
    }
    for (path, expected) in [
        ("/alive", r#"{"alive?":true}"#),
        ("/ready", r#"{"ready?":true}"#),
        ("/names", r#"{"names":["Python, pytest"]}"#),
    ] {
        let said = get(port, path)?;
        ensure!(said == expected, "{path} answers {said}");
    }
    output(docker.client().args(["stop", CONTAINER]))?;
    let code = inspect("{{.State.ExitCode}}")?;
    ensure!(code.trim() == "0", "stopped, it ends with {code}");
    output(docker.client().args(["rm", CONTAINER])).map(drop)
}

fn get(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split_once("\r\n\r\n").context("no answer")?.1.to_owned())
}
