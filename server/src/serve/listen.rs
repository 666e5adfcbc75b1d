//! Accepting connections, as many at once as may be, until the service is stopped.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::Shared;
use super::activity::Activity;
use super::connection;
use super::exchange::Answering;

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

pub(super) async fn run(listener: Listener, shared: &Shared, stop: impl Future<Output = ()>) {
    let Listener { socket, tls, router, .. } = listener;
    let limits = &shared.settings.limits;
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let permit = Arc::clone(&connections).acquire_owned().await.ok();
            (socket.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let stream: TcpStream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::debug!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are written whole: waiting for more of them helps nobody.
        let _ = stream.set_nodelay(true);
        let stream = Activity::new(stream, limits.idle_time);
        let (answering, limits) = (Answering::new(router.clone(), shared), limits.clone());
        let (watcher, tls) = (graceful.watcher(), tls.clone());
        tokio::spawn(async move {
            let _permit = permit;
            let _counted = Counted::new(&answering);
            match tls {
                None => connection::serve(stream, answering, &limits, watcher).await,
                Some(tls) => {
                    let accepting = TlsAcceptor::from(tls).accept(stream);
                    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head_time, accepting).await {
                        connection::serve(stream, answering, &limits, watcher).await;
                    }
                }
            }
        });
    }
    drop(socket);
    if tokio::time::timeout(limits.stop_time, graceful.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request was answered");
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
