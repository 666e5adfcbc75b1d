//! One request to the engine, on a connection of its own, and its response within bounds.

use std::future::Future;
use std::io;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use start_points::shown::shown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::PullError;
use crate::socket::Socket;

/// Bounds of one request to the engine. Beyond them that image fails, and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineLimits {
    /// Time to connect.
    pub connect: Duration,
    /// Time for the whole response to anything but a pull.
    pub response: Duration,
    /// Time for one attempt to pull an image.
    pub pull: Duration,
    /// Time without a byte during a pull.
    pub stall: Duration,
    /// Bytes of one line of a pull's progress.
    pub line_bytes: usize,
    /// Bytes of a pull's whole progress.
    pub stream_bytes: u64,
    /// Bytes of any other response.
    pub document_bytes: u64,
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            response: Duration::from_secs(30),
            pull: Duration::from_secs(2 * 60 * 60),
            stall: Duration::from_secs(10 * 60),
            line_bytes: 256 << 10,
            stream_bytes: 256 << 20,
            document_bytes: 4 << 20,
        }
    }
}

/// A response whose body has not been read yet. Dropping it closes the connection.
pub(crate) struct EngineResponse {
    pub(crate) status: StatusCode,
    body: Incoming,
    /// The beginning of the line that is being received.
    pending: Vec<u8>,
    /// How many more bytes are accepted.
    left: u64,
    deadline: Deadline,
    _connection: Connection,
}

/// How long a response may take, and how long a silence in it.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    end: Instant,
    total: Duration,
    stall: Duration,
}

impl Deadline {
    pub(crate) fn new(total: Duration, stall: Duration) -> Self {
        let now = Instant::now();
        Self { end: now.checked_add(total).unwrap_or(now), total, stall }
    }

    async fn bound<T>(self, work: impl Future<Output = T>) -> Result<T, PullError> {
        let timed_out = PullError::TimedOut { seconds: self.total.as_secs() };
        let stalled = PullError::Stalled { seconds: self.stall.as_secs() };
        timeout_at(self.end, timeout(self.stall, work)).await.map_err(|_| timed_out)?.map_err(|_| stalled)
    }
}

/// The task that moves the bytes; dropping it closes the connection.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request and waits for the head of its response.
pub(crate) async fn send(
    socket: &Socket,
    request: Request<Empty<Bytes>>,
    limits: &EngineLimits,
    deadline: Deadline,
) -> Result<EngineResponse, PullError> {
    let connect = |error: io::Error| unreachable(socket, &error);
    let late = |_| unreachable(socket, &io::ErrorKind::TimedOut.into());
    match socket {
        #[cfg(unix)]
        Socket::Unix(path) => {
            let stream = timeout(limits.connect, tokio::net::UnixStream::connect(path));
            send_over(stream.await.map_err(late)?.map_err(connect)?, request, limits, deadline).await
        }
        #[cfg(not(unix))]
        Socket::Unix(_) => Err(connect(io::ErrorKind::Unsupported.into())),
        Socket::Tcp(address) => {
            let stream = timeout(limits.connect, TcpStream::connect(address));
            send_over(stream.await.map_err(late)?.map_err(connect)?, request, limits, deadline).await
        }
    }
}

fn unreachable(socket: &Socket, error: &io::Error) -> PullError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => PullError::NoAccess(socket.to_string()),
        _ => {
            PullError::Unreachable { socket: socket.to_string(), why: shown(&error.to_string()).into_owned() }
        }
    }
}

async fn send_over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Empty<Bytes>>,
    limits: &EngineLimits,
    deadline: Deadline,
) -> Result<EngineResponse, PullError> {
    let (mut sender, connection) =
        deadline.bound(http1::handshake(TokioIo::new(stream))).await?.map_err(|error| broken(&error))?;
    // An error of the connection reaches the caller through `send_request`.
    let connection = Connection(tokio::spawn(async move { drop(connection.await) }));
    let response = deadline.bound(sender.send_request(request)).await?.map_err(|error| broken(&error))?;
    let (head, body) = response.into_parts();
    let left = limits.stream_bytes;
    Ok(EngineResponse {
        status: head.status,
        body,
        pending: Vec::new(),
        left,
        deadline,
        _connection: connection,
    })
}

fn broken(error: &hyper::Error) -> PullError {
    let mut message = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    let message = shown(&message).into_owned();
    if error.is_parse() { PullError::NotAnEngine(message) } else { PullError::HungUp(message) }
}

impl EngineResponse {
    /// The next bytes, `None` at the end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, PullError> {
        loop {
            let Some(frame) = self.deadline.bound(self.body.frame()).await? else { return Ok(None) };
            let Ok(bytes) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
            let too_much = || PullError::NotAnEngine("it has no end".to_owned());
            self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
            return Ok(Some(bytes));
        }
    }

    /// The next complete lines, without empty ones; `None` at the end. A line has at most `max` bytes.
    pub(crate) async fn lines(&mut self, max: usize) -> Result<Option<Vec<Vec<u8>>>, PullError> {
        let too_long = || PullError::NotAnEngine(format!("a line is longer than {max} bytes"));
        loop {
            let Some(bytes) = self.chunk().await? else {
                let last = std::mem::take(&mut self.pending);
                return Ok((!last.trim_ascii().is_empty()).then(|| vec![last]));
            };
            let mut lines = Vec::new();
            let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
            while let Some(part) = parts.next() {
                if self.pending.len() + part.len() > max {
                    return Err(too_long());
                }
                self.pending.extend_from_slice(part);
                if parts.peek().is_some() {
                    lines.push(std::mem::take(&mut self.pending));
                }
            }
            lines.retain(|line| !line.trim_ascii().is_empty());
            if !lines.is_empty() {
                return Ok(Some(lines));
            }
        }
    }

    /// The whole body.
    pub(crate) async fn bytes(mut self, max: u64) -> Result<Vec<u8>, PullError> {
        self.left = max;
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
