//! A running service: started on an address, stopped and reloaded by signals or through a handle.

mod accept;
pub(crate) mod connections;
mod guarded_stream;
mod listener;
mod service;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::{ReloadError, StartError};
use crate::router;
use crate::settings::{Readiness, ServerSettings};
use crate::setup_page::SetupPage;
use crate::state::{CatalogueInfo, ServerState, Shared};

use listener::Listener;

/// A service that listens, and serves once it is run.
#[derive(Debug)]
pub struct Server {
    state: Shared,
    listener: Listener,
}

impl Server {
    /// Reads and checks the catalogue, and listens.
    ///
    /// # Errors
    /// If the catalogue cannot be served, the address is not available, or a certificate cannot be used.
    pub async fn start(settings: ServerSettings) -> Result<Self, StartError> {
        let tls = settings.tls.as_ref().map(listener::tls_config).transpose()?;
        let (host, port) = (settings.host, settings.port);
        let origins = router::origins(&settings)?;
        let page = SetupPage::load(settings.web.as_deref())?;
        let state = tokio::task::spawn_blocking(move || ServerState::load(settings));
        let state = Arc::new(state.await.map_err(|error| StartError::Interrupted(error.to_string()))??);
        let port = port.unwrap_or_else(|| start_points_oci::default_port(state.kind()));
        let address = SocketAddr::new(host, port);
        let wrap = |error| StartError::Listen { address, error };
        let socket = listener::bind(address).map_err(wrap)?;
        let address = socket.local_addr().map_err(wrap)?;
        let router = router::router(Arc::clone(&state), page, origins);
        Ok(Self { listener: Listener { socket, address, tls, router }, state })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// A handle to reload it and to set its readiness.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        ServerHandle { state: Arc::clone(&self.state) }
    }

    /// Serves until `stop` completes; then finishes the requests in progress, within the limits.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) {
        self.state.compress_snapshot();
        let followers = [
            tokio::spawn(Arc::clone(&self.state).follow_readiness()),
            tokio::spawn(Arc::clone(&self.state).follow_gate()),
        ];
        let connections = listener::allowed_connections(self.state.settings.limits.connections);
        self.state.connections.add_places(connections);
        accept::run(self.listener, &self.state, stop).await;
        followers.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// A handle to a running service.
#[derive(Debug, Clone)]
pub struct ServerHandle {
    state: Shared,
}

impl ServerHandle {
    /// Reads the catalogue again, and serves it from the next request on.
    ///
    /// # Errors
    /// If the new catalogue cannot be served. The previous one is still served.
    pub async fn reload(&self) -> Result<CatalogueInfo, ReloadError> {
        self.state.reload().await
    }

    /// What is served now, and after each reload.
    #[must_use]
    pub fn catalogue_info(&self) -> watch::Receiver<CatalogueInfo> {
        self.state.catalogue_info()
    }

    /// The channel that sets the readiness.
    #[must_use]
    pub fn readiness(&self) -> &watch::Sender<Readiness> {
        self.state.readiness()
    }
}

/// Completes when the process is asked to stop, by SIGTERM or an interrupt from the keyboard.
///
/// # Errors
/// If the signals cannot be handled.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// SIGHUPs, which no longer end the process once this exists.
#[derive(Debug)]
pub struct Hangups {
    #[cfg(unix)]
    signal: Signal,
}

impl Hangups {
    /// Handles them from now on.
    ///
    /// # Errors
    /// If the signal cannot be handled.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signal: signal(SignalKind::hangup())?,
        })
    }

    /// Reloads the catalogue on each one; never returns. Results are in the log.
    pub async fn reload(self, handle: ServerHandle) {
        #[cfg(unix)]
        {
            let mut signal = self.signal;
            while signal.recv().await.is_some() {
                let _ = handle.reload().await;
            }
        }
        #[cfg(not(unix))]
        {
            let _keep = handle;
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::path::Path;

    use axum::extract::State;
    use axum::routing::get;
    use start_points_catalogue::CatalogueSource;

    use super::*;
    use crate::v1::error::V1Error;
    use crate::work::Busy;

    fn get_text(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("a response");
        response
    }

    async fn panics() {
        panic!("on purpose")
    }

    async fn panics_at_work(State(shared): State<Shared>) -> Result<(), V1Error> {
        let done: Result<(), Busy> = shared.work.run(|| panic!("on purpose, at work")).await;
        Ok(done?)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_answered_with_500_and_the_service_goes_on() {
        let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployed/custom");
        let settings = ServerSettings::new(CatalogueSource::Folder(catalogue));
        let mut server = Server::start(settings).await.expect("a service");
        let works = axum::Router::new().route("/works", get(panics_at_work)).with_state(server.state.clone());
        let router = std::mem::take(&mut server.listener.router);
        server.listener.router =
            router.route("/panics", get(panics)).route("/v1/panics", get(panics)).merge(works);
        let address = server.address();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(server.run_until_stopped(async { stopped.await.unwrap_or_default() }));
        let asked = tokio::task::spawn_blocking(move || {
            for _ in 0..20 {
                for (path, form) in [
                    ("/panics", "{\n  \"exception\""),
                    ("/v1/panics", "{\"error\""),
                    ("/works", "{\n  \"exception\""),
                ] {
                    let response = get_text(address, path);
                    let is_right = response.starts_with("HTTP/1.1 500 ") && response.contains(form);
                    assert!(is_right, "{path}: {response}");
                }
                assert!(get_text(address, "/ready").ends_with("{\"ready?\":true}"));
            }
        });
        asked.await.expect("every response");
        stop.send(()).expect("it runs");
        running.await.expect("a clean end");
    }

    /// With `panic = "abort"`, one panic would end the service.
    #[test]
    fn released_profiles_unwind() {
        let workspace = include_str!("../../../../Cargo.toml");
        for profile in ["dev", "release", "quick"] {
            let settings = workspace.split(&format!("[profile.{profile}]")).nth(1).expect("a profile");
            let settings = settings.split("\n[").next().unwrap_or_default();
            assert!(!settings.contains("panic = \"abort\""), "{profile}");
        }
    }
}
