//! DockerEngine's own engine, with a store of its own, beside whatever else runs on the machine.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "whatever fails here fails the test")]

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::programs;

/// Where it keeps what it needs while it runs.
const RUN: &str = "docker-run";

/// A docker engine that answers on a socket; it stops when dropped, and its store stays in `folder`.
///
/// It changes nothing of the machine's network: its containers have the machine's, or none.
#[derive(Debug)]
pub struct DockerEngine {
    folder: PathBuf,
    child: Child,
}

impl DockerEngine {
    /// Starts with what is in its store below `folder`; `None`, with a message, if this machine does not allow it.
    #[must_use]
    pub fn start(folder: &Path) -> Option<Self> {
        if !programs::is_root() {
            println!("skipped: docker's engine needs root");
            return None;
        }
        let mut docker = Self { folder: folder.to_owned(), child: serve(folder) };
        if let Err(log) = docker.wait() {
            println!(
                "skipped: docker's engine does not run here: {}",
                log.lines().last().unwrap_or_default()
            );
            return None;
        }
        Some(docker)
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        socket(&self.folder)
    }

    /// DockerEngine's own client, which asks this engine.
    #[must_use]
    pub fn client(&self) -> Command {
        let mut client = programs::other("docker", "docker.io");
        client.env("DOCKER_HOST", format!("unix://{}", self.socket().display()));
        client.env("DOCKER_CONFIG", &self.folder).env_remove("DOCKER_CONTEXT");
        client
    }

    /// It goes away.
    pub fn stop(&mut self) {
        // By itself: it takes along the programs that it started.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        // What it leaves mounted once it has run a container; its folder could not be removed.
        let network = self.folder.join(RUN).join("netns/default");
        if network.exists() {
            let _ = Command::new("umount").arg(network).stderr(Stdio::null()).status();
        }
    }

    /// It is back where it was, with all it had.
    pub fn restart(&mut self) {
        self.stop();
        self.child = serve(&self.folder);
        self.wait().unwrap();
    }

    /// Until it listens; the error is what it says when it ends instead.
    fn wait(&mut self) -> Result<(), String> {
        let end = Instant::now() + Duration::from_secs(60);
        while UnixStream::connect(self.socket()).is_err() {
            let log = || fs::read_to_string(self.folder.join("docker.log")).unwrap();
            assert!(Instant::now() < end, "docker does not start: {}", log());
            if self.child.try_wait().unwrap().is_some() {
                return Err(log());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for DockerEngine {
    fn drop(&mut self) {
        self.stop();
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("docker.sock")
}

fn serve(folder: &Path) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("docker.log")).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let mut docker = programs::other("dockerd", "docker.io");
    docker.args(["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"]);
    docker.args(["--data-root", &at("docker"), "--exec-root", &at(RUN), "--pidfile", &at("docker.pid")]);
    docker.arg("--host").arg(format!("unix://{}", socket(folder).display()));
    docker.stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log).spawn().unwrap()
}
