//! RegistryOptions of a registry client, and the watch on its transfers.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use start_points_io::Cancel;

use super::credentials::CredentialSource;
use crate::error::OciErrorKind;
use crate::limits::OciLimits;

/// RegistryOptions of a registry client.
#[derive(Debug, Clone, Default)]
pub struct RegistryOptions {
    /// Resource limits for an image.
    pub limits: OciLimits,
    /// The source of credentials.
    pub credentials: CredentialSource,
    /// Uses plain HTTP for all registries. A local registry without TLS is used over plain HTTP anyway.
    pub plain_http: bool,
    /// PEM files with trusted roots, besides the system's.
    pub roots: Vec<PathBuf>,
    /// Hosts, `HOST[:PORT]`, that may get the credential of any registry that names them as its token service.
    pub token_hosts: Vec<String>,
    /// Reports transferred bytes.
    pub watch: TransferWatch,
    /// Cancels running transfers.
    pub cancel: Cancel,
}

/// Reports bytes as they are sent or received, on the thread that moves them.
#[derive(Clone)]
pub struct TransferWatch(Arc<dyn Fn(u64) + Send + Sync>);

impl TransferWatch {
    /// Calls `report` with each number of bytes moved.
    pub fn new(report: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    /// Ignores the report.
    fn ignore(_: u64) {}

    pub(super) fn moved(&self, bytes: usize) {
        (self.0)(bytes as u64);
    }

    /// A reader that reports its bytes and fails once cancelled.
    pub(super) fn reader<R: Read>(&self, inner: R, cancel: &Cancel) -> WatchedReader<R> {
        WatchedReader { inner, watch: self.clone(), cancel: cancel.clone() }
    }
}

impl Default for TransferWatch {
    fn default() -> Self {
        Self::new(Self::ignore)
    }
}

impl fmt::Debug for TransferWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferWatch").finish_non_exhaustive()
    }
}

pub(super) struct WatchedReader<R> {
    inner: R,
    watch: TransferWatch,
    cancel: Cancel,
}

impl<R: Read> Read for WatchedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(OciErrorKind::Cancelled.into_io());
        }
        let read = self.inner.read(buffer)?;
        self.watch.moved(read);
        Ok(read)
    }
}
