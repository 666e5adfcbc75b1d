//! One request to the engine, on a connection of its own, and its answer within bounds.

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

use crate::cause::Cause;
use crate::limits::Limits;
use crate::socket::Socket;

/// An answer whose body has not been read yet. The connection ends with it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Incoming,
    /// What has come of the line that is being read.
    pending: Vec<u8>,
    /// How many bytes may still come.
    left: u64,
    time: Time,
    _connection: Connection,
}

/// How long an answer may take, and a silence in it.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    end: Instant,
    total: Duration,
    stall: Duration,
}

impl Time {
    pub(crate) fn new(total: Duration, stall: Duration) -> Self {
        let now = Instant::now();
        Self { end: now.checked_add(total).unwrap_or(now), total, stall }
    }

    async fn bound<T>(self, work: impl Future<Output = T>) -> Result<T, Cause> {
        let time_up = Cause::TimeUp { seconds: self.total.as_secs() };
        let stalled = Cause::Stalled { seconds: self.stall.as_secs() };
        timeout_at(self.end, timeout(self.stall, work)).await.map_err(|_| time_up)?.map_err(|_| stalled)
    }
}

/// The task that moves the bytes; whoever drops it hangs up.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request and waits for the head of its answer.
pub(crate) async fn ask(
    socket: &Socket,
    request: Request<Empty<Bytes>>,
    limits: &Limits,
    time: Time,
) -> Result<Answer, Cause> {
    let connect = |error: io::Error| unreachable(socket, &error);
    let late = |_| unreachable(socket, &io::ErrorKind::TimedOut.into());
    match socket {
        #[cfg(unix)]
        Socket::Unix(path) => {
            let stream = timeout(limits.connect, tokio::net::UnixStream::connect(path));
            send(stream.await.map_err(late)?.map_err(connect)?, request, limits, time).await
        }
        #[cfg(not(unix))]
        Socket::Unix(_) => Err(connect(io::ErrorKind::Unsupported.into())),
        Socket::Tcp(address) => {
            let stream = timeout(limits.connect, TcpStream::connect(address));
            send(stream.await.map_err(late)?.map_err(connect)?, request, limits, time).await
        }
    }
}

fn unreachable(socket: &Socket, error: &io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Cause::NoAccess(socket.to_string()),
        _ => Cause::NoEngine { socket: socket.to_string(), why: shown(&error.to_string()).into_owned() },
    }
}

async fn send(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Empty<Bytes>>,
    limits: &Limits,
    time: Time,
) -> Result<Answer, Cause> {
    let (mut sender, connection) =
        time.bound(http1::handshake(TokioIo::new(stream))).await?.map_err(|error| broken(&error))?;
    // What goes wrong on the way is told to whoever waits for the answer.
    let connection = Connection(tokio::spawn(async move { drop(connection.await) }));
    let answer = time.bound(sender.send_request(request)).await?.map_err(|error| broken(&error))?;
    let (head, body) = answer.into_parts();
    let left = limits.stream_bytes;
    Ok(Answer { status: head.status, body, pending: Vec::new(), left, time, _connection: connection })
}

fn broken(error: &hyper::Error) -> Cause {
    let mut said = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        said = format!("{said}: {source}");
    }
    let said = shown(&said).into_owned();
    if error.is_parse() { Cause::NotAnEngine(said) } else { Cause::HungUp(said) }
}

impl Answer {
    /// The next bytes, `None` at the end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Cause> {
        loop {
            let Some(frame) = self.time.bound(self.body.frame()).await? else { return Ok(None) };
            let Ok(bytes) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
            let too_much = || Cause::NotAnEngine("its answer has no end".to_owned());
            self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
            return Ok(Some(bytes));
        }
    }

    /// The next lines that have come, without empty ones; `None` at the end. A line has at most `most` bytes.
    pub(crate) async fn lines(&mut self, most: usize) -> Result<Option<Vec<Vec<u8>>>, Cause> {
        let too_long = || Cause::NotAnEngine(format!("it says more than {most} bytes in one line"));
        loop {
            let Some(bytes) = self.chunk().await? else {
                let last = std::mem::take(&mut self.pending);
                return Ok((!last.trim_ascii().is_empty()).then(|| vec![last]));
            };
            let mut lines = Vec::new();
            let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
            while let Some(part) = parts.next() {
                if self.pending.len() + part.len() > most {
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
    pub(crate) async fn bytes(mut self, most: u64) -> Result<Vec<u8>, Cause> {
        self.left = most;
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
