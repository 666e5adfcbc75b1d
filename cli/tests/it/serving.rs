//! `start-points serve` as a process of its own, asked over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A service that runs until this is dropped.
pub(crate) struct Service {
    child: Child,
    address: String,
    stderr: Option<BufReader<ChildStderr>>,
}

impl Service {
    /// Starts the command, and waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut service = Self { child, address: String::new(), stderr: None };
        let mut stderr = BufReader::new(service.child.stderr.take().unwrap());
        let mut said = String::new();
        while service.address.is_empty() {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended: {said}");
            if let Some((_, address)) = line.trim().split_once("http://") {
                // In the log of JSON it stands in quotes.
                address.split('"').next().unwrap().clone_into(&mut service.address);
            }
            said += &line;
        }
        service.stderr = Some(stderr);
        service
    }

    /// The status, and the body as JSON.
    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The memory that it has, as Linux tells it.
    pub(crate) fn resident_kb(&self) -> u64 {
        start_points_testing::memory_kb(self.child.id(), "VmRSS").unwrap()
    }

    pub(crate) fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }

    /// Nobody reads its log from here on.
    pub(crate) fn close_log(&mut self) {
        self.stderr = None;
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// As `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a supervisor does; answers what it logged since it began to serve.
    pub(crate) fn stop(mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        self.stderr.as_mut().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
