//! Accepts connections, as many as may be open, and serves HTTP/1.1 on each until the service is stopped.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::connections::{Connection, WaitingSlot};
use super::guarded_stream::GuardedStream;
use super::listener::Listener;
use super::service::ConnectionService;
use crate::limits::ServerLimits;
use crate::state::Shared;

/// The pause after a failed accept: most likely the process is out of files until other connections end.
const PAUSE: Duration = Duration::from_millis(50);

/// hyper panics on less: <https://docs.rs/hyper/latest/hyper/server/conn/http1/struct.Builder.html#method.max_buf_size>.
const MIN_BUFFER: usize = 8192;

/// How the request of a probe begins, which is answered although all threads are busy. Its connection is closed after it,
/// as another request on it would take this way too.
const PROBES: [&[u8]; 3] = [b"GET /alive ", b"GET /ready ", b"GET /v1/ready "];

/// The most bytes that tell a probe.
const PROBE_BYTES: usize = 14;

pub(super) async fn run(listener: Listener, shared: &Shared, stop: impl Future<Output = ()>) {
    let Listener { socket, tls, router, .. } = listener;
    let limits = &shared.settings.limits;
    let connections = &shared.connections;
    let graceful = GracefulShutdown::new();
    let stopping = watch::Sender::new(false);
    let mut stop = pin!(stop);
    // Connections that have not said anything yet, and probes: polled by this task, they do not queue behind those that
    // are busy on other threads.
    let mut lane = FuturesUnordered::new();
    loop {
        let accepting = async { (connections.waiting_slot().await, socket.accept().await) };
        let (slot, accepted) = tokio::select! {
            accepted = accepting => accepted,
            Some(()) = lane.next() => continue,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::debug!(%error, "cannot accept a connection");
                // A new client matters more than a silent one.
                connections.evict_longest_waiting(1);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let service = ConnectionService::new(router.clone(), shared);
        lane.push(start(stream, tls.clone(), service, slot, graceful.watcher(), stopping.subscribe()));
    }
    drop(socket);
    stopping.send_replace(true);
    let finished = async { tokio::join!(graceful.shutdown(), lane.for_each(|()| std::future::ready(()))) };
    if tokio::time::timeout(limits.stop_time, finished).await.is_err() {
        tracing::warn!("stopped before every request was finished");
    }
}

/// Waits for a place and for the first bytes of a connection. Serves a probe here, whether or not there is a place, and
/// hands anything else over to the other threads.
async fn start(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    service: ConnectionService,
    slot: WaitingSlot,
    watcher: Watcher,
    stopping: watch::Receiver<bool>,
) {
    let counted = service.metrics().map(|metrics| metrics.open_connection());
    let limits = service.limits();
    let connections = service.connections();
    let is_probe = |first: &[u8]| tls.is_none() && PROBES.iter().any(|probe| first.starts_with(probe));
    let mut opening = pin!(connections.open());
    let arrived = tokio::select! {
        biased;
        first = first_bytes(&stream, limits, stopping.clone()) => Err(first),
        place = &mut opening => Ok(place),
    };
    let (place, first) = match arrived {
        Ok(place) => {
            drop(slot);
            let first = until_evicted(&place.connection, first_bytes(&stream, limits, stopping)).await;
            (place, first.flatten())
        }
        Err(Some(first)) if is_probe(&first) => (connections.open_for_probe(slot), Some(first)),
        Err(Some(first)) => (opening.await, Some(first)),
        Err(None) => return,
    };
    let Some(first) = first else { return };
    let is_probe = is_probe(&first);
    let serving = async move {
        let served = serve_stream(stream, tls, service, Arc::clone(&place.connection), watcher, !is_probe);
        until_evicted(&place.connection, served).await;
        // Frees the place only now that the stream is closed.
        drop((place, counted));
    };
    if is_probe {
        Box::pin(serving).await;
    } else {
        tokio::spawn(serving);
    }
}

/// The result, unless the connection has to make room for others first.
async fn until_evicted<T>(connection: &Connection, serving: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        // A request that has arrived is answered first: the client is not to blame if we are late.
        biased;
        result = serving => Some(result),
        () = connection.evicted() => {
            tracing::debug!("closed a connection to make room");
            None
        }
    }
}

/// The first bytes, at most as many as tell a probe; none if they do not arrive in time, or the service is stopped.
async fn first_bytes(
    stream: &TcpStream,
    limits: &ServerLimits,
    mut stopping: watch::Receiver<bool>,
) -> Option<[u8; PROBE_BYTES]> {
    // `readable` may report a stream without data: https://docs.rs/tokio/latest/tokio/net/struct.TcpStream.html#method.readable
    let mut first = [0; PROBE_BYTES];
    tokio::select! {
        peeked = tokio::time::timeout(limits.head_time, stream.peek(&mut first)) => matches!(peeked, Ok(Ok(1..))),
        _ = stopping.wait_for(|is_stopping| *is_stopping) => false,
    }
    .then_some(first)
}

async fn serve_stream(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    service: ConnectionService,
    connection: Arc<Connection>,
    watcher: Watcher,
    keep_alive: bool,
) {
    // Responses are written whole, so that Nagle's algorithm would only delay them.
    let _ = stream.set_nodelay(true);
    let limits = service.limits().clone();
    let stream = GuardedStream::new(stream, limits.idle_time, Arc::clone(&connection), tls.is_none());
    let Some(tls) = tls else {
        return serve_http(stream, service, connection, &limits, watcher, keep_alive).await;
    };
    let accepting = TlsAcceptor::from(tls).accept(stream);
    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head_time, accepting).await {
        serve_http(stream, service, connection, &limits, watcher, keep_alive).await;
    }
}

async fn serve_http<I>(
    stream: I,
    service: ConnectionService,
    connection: Arc<Connection>,
    limits: &ServerLimits,
    watcher: Watcher,
    keep_alive: bool,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| service.clone().respond(Arc::clone(&connection), request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .keep_alive(keep_alive)
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes.max(MIN_BUFFER));
    let connection = http.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
