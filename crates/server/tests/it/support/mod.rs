//! A service on its own port, and requests to it.

pub mod shas;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use start_points_server::{CatalogueSource, Server, ServerHandle, ServerSettings};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A service that runs until this is dropped.
pub struct Service {
    pub address: SocketAddr,
    pub handle: ServerHandle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    pub fn start(settings: ServerSettings) -> Self {
        let (started, start) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                let server = Server::start(settings).await.unwrap();
                started.send((server.address(), server.handle())).unwrap();
                server.run_until_stopped(async { stopped.await.unwrap_or_default() }).await;
            });
        });
        let (address, handle) = start.recv().expect("the service starts");
        Self { address, handle, stop: Some(stop), thread: Some(thread) }
    }

    /// Sends a request on a new connection.
    pub fn request(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> TestResponse {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !body.is_empty() {
            head += &format!("content-length: {}\r\n", body.len());
        }
        head += "\r\n";
        self.send(&[head.as_bytes(), body].concat())
    }

    pub fn get(&self, path: &str) -> TestResponse {
        self.request("GET", path, &[], b"")
    }

    /// Sends bytes, and reads to the end.
    pub fn send(&self, bytes: &[u8]) -> TestResponse {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // The service may respond and close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        TestResponse::parse(&answer)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl TestResponse {
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head in the answer");
        let head = std::str::from_utf8(&bytes[..end]).expect("a head in ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { status: status.parse().expect("a status"), headers, body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// The folder of the recorded catalogue of a kind.
pub fn recorded(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployed").join(kind)
}

/// Settings for the recorded catalogue of a kind.
pub fn settings(kind: &str) -> ServerSettings {
    ServerSettings::new(CatalogueSource::Folder(recorded(kind)))
}

/// Repeats a request until its response is right: some things happen after the start.
pub fn eventually(
    request: impl Fn() -> TestResponse,
    is_right: impl Fn(&TestResponse) -> bool,
) -> TestResponse {
    for _ in 0..500 {
        let answer = request();
        if is_right(&answer) {
            return answer;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("never right: {:?}", request());
}

/// A response's body without its content coding.
pub fn decoded(answer: &TestResponse) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        Some("gzip") => {
            flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut plain).map(|_| ()).unwrap()
        }
        Some("zstd") => plain = zstd::decode_all(&*answer.body).unwrap(),
        None | Some(_) => plain.clone_from(&answer.body),
    }
    plain
}
