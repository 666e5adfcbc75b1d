//! Accepts connections, as many as may be open, and serves HTTP/1.1 on each until the service is stopped.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::connections::Connection;
use super::guarded_stream::GuardedStream;
use super::listener::Listener;
use super::service::ConnectionService;
use crate::limits::ServerLimits;
use crate::state::Shared;

/// The pause after a failed accept: most likely the process is out of files until other connections end.
const PAUSE: Duration = Duration::from_millis(50);

/// hyper panics on less: <https://docs.rs/hyper/latest/hyper/server/conn/http1/struct.Builder.html#method.max_buf_size>.
const MIN_BUFFER: usize = 8192;

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
                tracing::debug!(%error, "cannot accept a connection");
                // A new client matters more than a silent one.
                connections.evict_longest_waiting(1);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let open = tokio::select! {
            open = connections.open() => open,
            () = &mut stop => break,
        };
        let service = ConnectionService::new(router.clone(), shared);
        let (watcher, stopping, tls) = (graceful.watcher(), stopping.subscribe(), tls.clone());
        tokio::spawn(async move {
            let connection = Arc::clone(&open.connection);
            let _counted = service.metrics().map(|metrics| metrics.open_connection());
            let serving = async {
                if has_data(&stream, service.limits(), stopping).await {
                    boxed(stream, tls, service, Arc::clone(&connection), watcher).await;
                }
            };
            tokio::select! {
                // A request that has arrived is answered first: the client is not to blame if we are late.
                biased;
                () = serving => {}
                () = connection.evicted() => tracing::debug!("closed a connection to make room"),
            }
            // Frees the place only now that the stream is closed.
            drop(open);
        });
    }
    drop(socket);
    stopping.send_replace(true);
    if tokio::time::timeout(limits.stop_time, graceful.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request was finished");
    }
}

/// Waits for the first byte; false if it does not arrive in time, or the service is stopped.
async fn has_data(stream: &TcpStream, limits: &ServerLimits, mut stopping: watch::Receiver<bool>) -> bool {
    // `readable` may report a stream without data: https://docs.rs/tokio/latest/tokio/net/struct.TcpStream.html#method.readable
    let mut first = [0];
    tokio::select! {
        peeked = tokio::time::timeout(limits.head_time, stream.peek(&mut first)) => matches!(peeked, Ok(Ok(1..))),
        _ = stopping.wait_for(|is_stopping| *is_stopping) => false,
    }
}

/// Boxed, so that the task of a silent client stays small.
#[inline(never)]
fn boxed(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    service: ConnectionService,
    connection: Arc<Connection>,
    watcher: Watcher,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(serve_stream(stream, tls, service, connection, watcher))
}

async fn serve_stream(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    service: ConnectionService,
    connection: Arc<Connection>,
    watcher: Watcher,
) {
    // Responses are written whole, so that Nagle's algorithm would only delay them.
    let _ = stream.set_nodelay(true);
    let limits = service.limits().clone();
    let stream = GuardedStream::new(stream, limits.idle_time, Arc::clone(&connection), tls.is_none());
    let Some(tls) = tls else {
        return serve_http(stream, service, connection, &limits, watcher).await;
    };
    let accepting = TlsAcceptor::from(tls).accept(stream);
    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head_time, accepting).await {
        serve_http(stream, service, connection, &limits, watcher).await;
    }
}

async fn serve_http<I>(
    stream: I,
    service: ConnectionService,
    connection: Arc<Connection>,
    limits: &ServerLimits,
    watcher: Watcher,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| service.clone().respond(Arc::clone(&connection), request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes.max(MIN_BUFFER));
    let connection = http.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
