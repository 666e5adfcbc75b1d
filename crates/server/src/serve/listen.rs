//! Accepting connections, as many at once as may be, until the service is stopped.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::activity::Activity;
use super::connection;
use super::exchange::Answering;
use super::{Connection, Shared};
use crate::limits::Limits;

/// What listens, and what answers.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) router: Router,
}

/// After a connection could not be accepted: files run out, for one, until other connections end.
const PAUSE: Duration = Duration::from_millis(50);

/// Connections that the system holds until they are accepted; it may hold fewer.
const BACKLOG: u32 = 16_384;

/// What the system holds of answers that a client does not take; Linux takes twice as much.
const SEND_BUFFER: u32 = 128 << 10;

/// Listens, with room for many to knock at once: those that find none try again a second later.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port that was just let go is free again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    // Connections inherit it: what a client does not take is the system's memory, and counts as the service's.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.listen(BACKLOG)
}

pub(super) async fn run(listener: Listener, shared: &Shared, stop: impl Future<Output = ()>) {
    let Listener { socket, tls, router, .. } = listener;
    let limits = &shared.settings.limits;
    let connections = &shared.connections;
    let graceful = GracefulShutdown::new();
    let stopping = watch::Sender::new(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::debug!(%error, "a connection was not accepted");
                // Most likely files run out: one that waits is worth less than one that comes.
                connections.evict_longest(1);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let open = tokio::select! {
            open = connections.open() => open,
            () = &mut stop => break,
        };
        let answering = Answering::new(router.clone(), shared);
        let (watcher, stopping, tls) = (graceful.watcher(), stopping.subscribe(), tls.clone());
        tokio::spawn(async move {
            let connection = Arc::clone(&open.connection);
            let _counted = Counted::new(&answering);
            let serving = async {
                if speaks(&stream, answering.limits(), stopping).await {
                    boxed(stream, tls, answering, Arc::clone(&connection), watcher).await;
                }
            };
            tokio::select! {
                // What has come by now is answered first: it is not the client's fault that we are late.
                biased;
                () = serving => {}
                () = connection.evicted() => tracing::debug!("a connection made room for others"),
            }
            // Only now, when the stream is closed, is its place free.
            drop(open);
        });
    }
    drop(socket);
    stopping.send_replace(true);
    if tokio::time::timeout(limits.stop_time, graceful.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request was answered");
    }
}

/// Whether a client says anything in time, before the service is stopped.
async fn speaks(stream: &TcpStream, limits: &Limits, mut stopping: watch::Receiver<bool>) -> bool {
    // To be readable is not enough: that may be said of a stream on which nothing has come.
    let mut first = [0];
    tokio::select! {
        peeked = tokio::time::timeout(limits.head_time, stream.peek(&mut first)) => matches!(peeked, Ok(Ok(1..))),
        _ = stopping.wait_for(|is_stopping| *is_stopping) => false,
    }
}

/// In a box of its own: a client that says nothing takes little.
#[inline(never)]
fn boxed(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    answering: Answering,
    connection: Arc<Connection>,
    watcher: Watcher,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(serve(stream, tls, answering, connection, watcher))
}

async fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    answering: Answering,
    connection: Arc<Connection>,
    watcher: Watcher,
) {
    // Answers are written whole: waiting for more of them helps nobody.
    let _ = stream.set_nodelay(true);
    let limits = answering.limits().clone();
    let stream = Activity::new(stream, limits.idle_time, Arc::clone(&connection), tls.is_none());
    let Some(tls) = tls else {
        return connection::serve(stream, answering, connection, &limits, watcher).await;
    };
    let accepting = TlsAcceptor::from(tls).accept(stream);
    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head_time, accepting).await {
        connection::serve(stream, answering, connection, &limits, watcher).await;
    }
}

/// A connection that is open.
struct Counted(Option<Gauge>);

impl Counted {
    fn new(answering: &Answering) -> Self {
        let connections = answering.metrics().map(|metrics| metrics.connections.clone());
        connections.iter().for_each(|connections| {
            connections.inc();
        });
        Self(connections)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.iter().for_each(|connections| {
            connections.dec();
        });
    }
}
