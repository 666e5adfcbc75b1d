//! What is done to a service, and for how long.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Requests, or connections: how many were served, and how many refused.
#[derive(Debug, Default)]
pub(super) struct Count(pub(super) AtomicUsize, pub(super) AtomicUsize);

impl Count {
    pub(super) fn served(&self, count: usize) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, count: usize) {
        self.1.fetch_add(count, Ordering::Relaxed);
    }
}

/// What is done to a service, and for how long.
pub(super) struct Load<'a> {
    pub(super) address: &'a str,
    pub(super) end: Instant,
    pub(super) is_over: AtomicBool,
    pub(super) harm: Count,
}

impl Load<'_> {
    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.end && !self.is_over.load(Ordering::Relaxed)
    }
}
