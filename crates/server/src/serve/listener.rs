//! What the service listens with: its socket, TLS, and the number of connections that the system permits.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpSocket};

use crate::error::StartError;
use crate::settings::TlsFiles;

/// A socket, and what responds to its connections.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) router: Router,
}

/// How many connections the system queues until they are accepted. Linux caps it at `net.core.somaxconn`:
/// <https://man7.org/linux/man-pages/man2/listen.2.html>.
const BACKLOG: u32 = 16_384;

/// How much of a response the system buffers for a slow client. Linux doubles it:
/// <https://man7.org/linux/man-pages/man7/socket.7.html>.
const SEND_BUFFER: u32 = 128 << 10;

/// Files besides connections: the listener, the log, a catalogue being reloaded, requests to registries.
#[cfg(unix)]
const OTHER_FILES: u64 = 128;

/// Listens, with a long queue: a client that finds it full retries only after a second.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Otherwise a restart would have to wait until the old connections have left TIME_WAIT.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    // Accepted connections inherit it. Buffers of the kernel count as memory of the container.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.listen(BACKLOG)
}

/// TLS with this certificate, for HTTP/1.1.
pub(super) fn tls_config(files: &TlsFiles) -> Result<Arc<ServerConfig>, StartError> {
    let certificate_error = |error: String| tls_error(&files.certificate, error);
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| certificate_error(error.to_string()))?;
    if chain.is_empty() {
        return Err(certificate_error("it has no certificate".to_owned()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| tls_error(&files.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| certificate_error(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| certificate_error(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn tls_error(path: &Path, error: String) -> StartError {
    StartError::Tls { path: path.to_owned(), error }
}

/// Raises the limit of open files as far as these connections need, and returns how many connections it permits.
#[cfg(unix)]
pub(super) fn allowed_connections(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let files = wanted as u64 + OTHER_FILES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let mut allowed = current.unwrap_or(u64::MAX);
    if allowed < files {
        let more = maximum.map_or(files, |maximum| maximum.min(files));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(more), maximum }).is_ok() {
            allowed = more;
        }
    }
    let connections = connections_within(wanted, allowed);
    if connections < wanted {
        tracing::warn!(
            files = allowed,
            connections,
            "fewer connections than memory allows, because of the limit of open files (ulimit -n)"
        );
    }
    connections
}

#[cfg(not(unix))]
pub(super) fn allowed_connections(wanted: usize) -> usize {
    wanted
}

/// How many connections fit into a limit of open files. Of a low limit, a quarter is for other files.
#[cfg(unix)]
fn connections_within(wanted: usize, files: u64) -> usize {
    let left = files.saturating_sub(OTHER_FILES.min(files / 4)).max(1);
    wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(all(test, unix))]
mod tests {
    use crate::serve::listener::connections_within;

    #[test]
    fn the_limit_of_open_files_bounds_connections() {
        let within = [64, 256, 1_024, 20_000].map(|files| connections_within(1_024, files));
        assert_eq!(within, [48, 192, 896, 1_024]);
        assert_eq!(connections_within(1_024, 0), 1);
    }
}
