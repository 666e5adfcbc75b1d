//! Accepting connections, as many at once as may be, until the service is stopped.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::activity::Activity;
use super::connection;
use crate::settings::Limits;

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

pub(super) async fn run(listener: Listener, limits: &Limits, stop: impl Future<Output = ()>) {
    let Listener { socket, tls, router, .. } = listener;
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
        let (router, limits, watcher) = (router.clone(), limits.clone(), graceful.watcher());
        let tls = tls.clone();
        tokio::spawn(async move {
            let _permit = permit;
            match tls {
                None => connection::serve(stream, router, &limits, watcher).await,
                Some(tls) => {
                    let accepting = TlsAcceptor::from(tls).accept(stream);
                    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head_time, accepting).await {
                        connection::serve(stream, router, &limits, watcher).await;
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
