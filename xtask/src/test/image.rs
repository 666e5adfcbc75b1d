//! The service's image: a catalogue on top of it, unpacked by umoci, and run as its configuration says.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Count;
use crate::shell::{self, answers, cargo, output, program};
use crate::{repository, service_image, tools};

/// What is made into a catalogue.
const LTF: &str = "examples/good/python-pytest";

/// Makes the files below `$0` read-only, for the command that follows alone.
const READ_ONLY: &str = r#"mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@""#;

/// Counts each thing that was seen to hold.
pub fn run() -> Result<Count> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let oci = |name: &str| format!("oci:{}", at(name).display());
    // What is tested is how it is packed, which no optimising changes.
    let made = service_image::make(&at("service"), "dev")?;
    let again = service_image::make(&at("service"), "dev")?;
    ensure!(made.digest == again.digest, "made twice, it is {} and {}", made.digest, again.digest);

    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let source = committed(folder.path())?;
    let mut create = program(tools::target().join("debug/start-points"));
    create.args(["create", "acme/catalogue:1", "--languages", &source]).env("XDG_CACHE_HOME", at("cache"));
    shell::run(create.args(["--base", &oci("service"), "--output", &oci("catalogue")]))?;

    let umoci = tools::debian("umoci", "umoci")?;
    let image = format!("{}:1", at("catalogue").display());
    shell::run(program(umoci).args(["unpack", "--image", &image]).arg(at("bundle")))?;
    let config: Value = serde_json::from_slice(&std::fs::read(at("bundle/config.json"))?)?;
    let mut service = Contained::start(&at("bundle/rootfs"), &config["process"])?;
    for (path, expected) in [
        ("/ready", r#"{"ready?":true}"#),
        ("/names", r#"{"names":["Python, pytest"]}"#),
        ("/alive", r#"{"alive?":true}"#),
    ] {
        let said = service.get(path)?;
        ensure!(said == expected, "{path} answers {said}");
    }
    service.stop()?;
    Ok(Count { passed: 3, failed: 0 })
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

/// A process in the files of an image; it is killed when dropped.
struct Contained {
    child: Child,
    port: u16,
}

impl Contained {
    fn start(root: &Path, process: &Value) -> Result<Self> {
        let words = process["args"].as_array().context("no program")?;
        let number = |name: &str| process["user"][name].as_u64().context("nobody runs it");
        let (user, group) = (number("uid")?, number("gid")?);
        ensure!(user != 0, "root runs it");
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        // Containers cannot be had everywhere that tests run; where not even mounts can, files stay writable.
        let is_mounting = answers(Path::new("unshare"), &["--mount", "true"]).is_some();
        let mut contained = Command::new(if is_mounting { "unshare" } else { "env" });
        if is_mounting {
            contained.args(["--mount", "sh", "-c", READ_ONLY]).arg(root).arg("env");
        } else {
            println!("no mounts may be made: the image's files are not read-only");
        }
        let path = std::env::var("PATH")?;
        contained.args(["-i", &format!("PORT={port}"), &format!("PATH={path}"), "chroot"]);
        contained.arg(format!("--userspec={user}:{group}")).arg(root);
        contained.args(words.iter().filter_map(Value::as_str)).arg("--host=127.0.0.1");
        let child = contained.spawn().context("the image cannot be run")?;
        let mut service = Self { child, port };
        let end = Instant::now() + Duration::from_secs(60);
        while service.get("/alive").is_err() {
            ensure!(service.child.try_wait()?.is_none() && Instant::now() < end, "the image does not serve");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(service)
    }

    fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.split_once("\r\n\r\n").context("no answer")?.1.to_owned())
    }

    /// As a container is stopped.
    fn stop(&mut self) -> Result<()> {
        output(program("kill").arg(self.child.id().to_string()))?;
        let status = self.child.wait()?;
        ensure!(status.success(), "stopped, it ends with {status}");
        Ok(())
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
