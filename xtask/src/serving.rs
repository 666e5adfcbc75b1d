//! Servers that are measured and tested: started, asked, and stopped.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use start_points_testing::memory_kb;

use crate::shell::{cargo, program, run};
use crate::tools;

/// The command and the bare server, as they are released.
pub fn built() -> Result<(PathBuf, PathBuf)> {
    run(&mut cargo(&["build", "--release", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let bare = [
        "build",
        "--release",
        "--quiet",
        "--locked",
        "--package",
        "start-points-server",
        "--example",
        "bare",
    ];
    run(&mut cargo(&bare))?;
    let release = tools::target().join("release");
    Ok((release.join("start-points"), release.join("examples/bare")))
}

/// A server of our own that is stopped at the end.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Running {
    /// The command, serving a catalogue.
    pub fn service(service: &Path, catalogue: &Path) -> Result<Self> {
        Self::started(program(service), catalogue)
    }

    /// The same, by a command that takes the arguments of one.
    pub fn started(mut command: Command, catalogue: &Path) -> Result<Self> {
        command
            .arg("serve")
            .arg(catalogue)
            .args(["--host", "127.0.0.1", "--port", "0"])
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let line = first_line(child.stderr.take())?;
        let address = line.rsplit("http://").next().context("an address")?.to_owned();
        Ok(Self { child, address })
    }

    /// The bare server, with an answer of so many bytes.
    pub fn bare(bare: &Path, size: usize) -> Result<Self> {
        let mut child = program(bare).arg(size.to_string()).stdout(Stdio::piped()).spawn()?;
        let address = first_line(child.stdout.take())?;
        Ok(Self { child, address })
    }

    /// Its memory in bytes.
    pub fn resident(&self) -> Result<f64> {
        Ok(memory_kb(self.child.id(), "VmRSS")? as f64 * 1024.0)
    }

    /// Its memory once it does not change.
    pub fn settled(&self) -> Result<f64> {
        let mut before = self.resident()?;
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(200));
            let now = self.resident()?;
            if (now - before).abs() < 1e5 {
                return Ok(now);
            }
            before = now;
        }
        Ok(before)
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) -> Result<()> {
        run(Command::new("kill").args(["-s", name, &self.child.id().to_string()]))
    }

    /// Ends it as a supervisor does, and says whether it ended well.
    pub fn stop(mut self) -> Result<bool> {
        self.signal("TERM")?;
        Ok(self.child.wait()?.success())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn first_line(stream: Option<impl std::io::Read>) -> Result<String> {
    let mut line = String::new();
    BufReader::new(stream.context("a pipe")?).read_line(&mut line)?;
    ensure!(!line.is_empty(), "the server ended");
    Ok(line.trim().to_owned())
}

/// The body of an answer.
pub fn ask(address: &str, path: &str, body: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("an answer")?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
    Ok(answer.split_off(end + 4))
}
