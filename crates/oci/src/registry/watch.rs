//! How far transfers are, for a progress line.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use start_points_io::Cancel;

use crate::cause::Cause;

/// Told of bytes that were sent or received, from whichever thread moves them.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(u64) + Send + Sync>);

impl Watch {
    /// Calls `tell` with how many bytes more were moved.
    pub fn new(tell: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Nobody watches.
    fn nobody(_: u64) {}

    pub(super) fn moved(&self, bytes: usize) {
        (self.0)(bytes as u64);
    }

    /// A reader whose bytes are told, and which ends when it is cancelled.
    pub(super) fn over<R: Read>(&self, inner: R, cancel: &Cancel) -> Watched<R> {
        Watched { inner, watch: self.clone(), cancel: cancel.clone() }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new(Self::nobody)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

pub(super) struct Watched<R> {
    inner: R,
    watch: Watch,
    cancel: Cancel,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(Cause::Cancelled.into_io());
        }
        let read = self.inner.read(buffer)?;
        self.watch.moved(read);
        Ok(read)
    }
}
