//! A service: started on an address, run until it is stopped.

mod activity;
mod connection;
mod connections;
mod exchange;
mod files;
mod host;
mod listen;
#[cfg(test)]
mod panics;
mod router;
mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

use crate::error::StartError;
use crate::page::Page;
use crate::readiness::Readiness;
use crate::settings::Settings;
use crate::state::{Offer, ReloadError, State};

pub(crate) use connections::{Connection, Connections, FREE_HEAD};
use listen::Listener;

/// What handlers get.
pub(crate) type Shared = Arc<State>;

/// A service that listens, and serves as soon as it is run.
#[derive(Debug)]
pub struct Server {
    state: Shared,
    listener: Listener,
}

/// A hold on a running service.
#[derive(Debug, Clone)]
pub struct Handle {
    state: Shared,
}

impl Server {
    /// Reads the catalogue, checks it, and listens.
    ///
    /// # Errors
    /// A catalogue that cannot be served, an address that cannot be listened on, a certificate that cannot be used.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let tls = settings.tls.as_ref().map(tls::config).transpose()?;
        let (host, port) = (settings.host, settings.port);
        let origins = router::origins(&settings)?;
        let page = Page::load(settings.web.as_deref())?;
        let state = tokio::task::spawn_blocking(move || State::load(settings));
        let state = Arc::new(state.await.map_err(|error| StartError::Interrupted(error.to_string()))??);
        let port = port.unwrap_or_else(|| start_points_oci::port(state.kind()));
        let address = SocketAddr::new(host, port);
        let wrap = |error| StartError::Listen { address, error };
        let socket = listen::bind(address).map_err(wrap)?;
        let address = socket.local_addr().map_err(wrap)?;
        let router = router::router(Arc::clone(&state), page, origins);
        Ok(Self { listener: Listener { socket, address, tls, router }, state })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// A hold on it, for those who reload it, or say whether it is ready.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { state: Arc::clone(&self.state) }
    }

    /// Serves until `stop` is done; then finishes the requests that are there, for as long as the limits allow.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) {
        self.state.compress();
        let following = [
            tokio::spawn(Arc::clone(&self.state).follow_readiness()),
            tokio::spawn(Arc::clone(&self.state).follow_gate()),
        ];
        self.state.connections.allow(files::allow(self.state.settings.limits.connections));
        listen::run(self.listener, &self.state, stop).await;
        following.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Handle {
    /// Reads the catalogue again; a good one is served from the next request on.
    ///
    /// # Errors
    /// A catalogue that cannot be served: what was served before is served still.
    pub async fn reload(&self) -> Result<Offer, ReloadError> {
        self.state.reload().await
    }

    /// What is served now, and from each reload on.
    #[must_use]
    pub fn offer(&self) -> watch::Receiver<Offer> {
        self.state.offer()
    }

    /// Where readiness is told.
    #[must_use]
    pub fn readiness(&self) -> &watch::Sender<Readiness> {
        self.state.readiness()
    }
}
