//! A smart HTTP server on loopback over `git http-backend`, which counts what it is asked.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::cgi;
use super::http::{self, Request};

/// What a test makes of a request instead of git's answer.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, headers and a body.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// This head, then the same bytes again and again.
    Endless(Vec<(String, String)>, Vec<u8>),
    /// Nothing, with the connection held open.
    Stall,
    /// The connection closed without a word.
    HangUp,
}

/// How a server differs from one that knows everything.
#[derive(Default)]
pub struct Serves {
    /// Looks at each request, counted from 0, and may answer it.
    #[expect(clippy::type_complexity, reason = "written once")]
    pub instead: Option<Box<dyn Fn(usize, &Request) -> Option<Reply> + Send + Sync>>,
    /// Git configuration of the server; without a word it offers filters.
    pub configuration: Vec<(&'static str, &'static str)>,
    /// Takes the `Git-Protocol` header away, as servers do that know the first protocol alone.
    pub only_version_0: bool,
}

impl std::fmt::Debug for Serves {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Serves").field("configuration", &self.configuration).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    serves: Serves,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct GitServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl GitServer {
    /// Serves every repository below `root`.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start(root: &Path) -> Result<Self> {
        Self::serving(root, Serves::default())
    }

    /// Serves every repository below `root`, with differences.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn serving(root: &Path, mut serves: Serves) -> Result<Self> {
        if serves.configuration.is_empty() {
            serves.configuration = vec![("uploadpack.allowFilter", "true")];
        }
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            serves,
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.stopped.load(Ordering::Relaxed) {
                    return;
                }
                served.connections.fetch_add(1, Ordering::Relaxed);
                let served = Arc::clone(&served);
                thread::spawn(move || served.connection(stream));
            }
        });
        Ok(Self { address, shared })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a repository below the root.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Everything that was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn connection(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let Ok(reading) = stream.try_clone() else { return };
        let mut reader = BufReader::new(reading);
        let mut writer = stream;
        while let Ok(Some(mut request)) = http::read(&mut reader, &mut writer) {
            if self.serves.only_version_0 {
                request.headers.retain(|(name, _)| name != "git-protocol");
            }
            if self.answer(&mut writer, &request).is_err() {
                return;
            }
        }
    }

    fn answer(&self, writer: &mut TcpStream, request: &Request) -> io::Result<()> {
        let count = {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(request.clone());
            requests.len() - 1
        };
        let reply = self.serves.instead.as_ref().and_then(|instead| instead(count, request));
        match reply {
            None => cgi::answer(writer, request, &self.root, &self.serves.configuration),
            Some(Reply::Answer(status, headers, body)) => http::answer(writer, status, &headers, &body),
            Some(Reply::HangUp) => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
            Some(Reply::Stall) => {
                while !self.stopped.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(20));
                }
                Err(io::Error::from(io::ErrorKind::ConnectionAborted))
            }
            Some(Reply::Endless(headers, bytes)) => {
                write!(writer, "HTTP/1.1 200 OK\r\nConnection: close\r\n")?;
                for (name, value) in &headers {
                    write!(writer, "{name}: {value}\r\n")?;
                }
                writer.write_all(b"\r\n")?;
                while !self.stopped.load(Ordering::Relaxed) {
                    writer.write_all(&bytes)?;
                }
                Ok(())
            }
        }
    }
}
