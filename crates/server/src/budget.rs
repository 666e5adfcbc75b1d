//! The bytes in flight: bodies that are being read, heads, and answers that are not yet written, counted together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What all connections together may hold.
#[derive(Debug)]
pub(crate) struct Budget {
    total: usize,
    used: AtomicUsize,
    refused: AtomicU64,
}

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// Bytes that are counted, until this is dropped.
#[derive(Debug)]
pub(crate) struct Charge {
    budget: Arc<Budget>,
    /// What its connection holds in all.
    held: Arc<AtomicUsize>,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(total: usize) -> Arc<Self> {
        Arc::new(Self { total, used: AtomicUsize::new(0), refused: AtomicU64::new(0) })
    }

    /// The bytes in flight.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// What it may be at most.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// How often there was no room.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Counts a request or an answer that was refused.
    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts bytes of a connection, where there is room for them.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize, held: &Arc<AtomicUsize>) -> Result<Charge, Full> {
        let fits = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.total);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map_err(|_| Full)?;
        held.fetch_add(bytes, Ordering::Relaxed);
        Ok(Charge { budget: Arc::clone(self), held: Arc::clone(held), bytes })
    }
}

impl Charge {
    /// Counts another one's bytes as its own.
    pub(crate) fn join(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_free_again() {
        let (budget, held) = (Budget::new(10), Arc::default());
        let mut six = budget.take(6, &held).expect("room");
        assert!(budget.take(5, &held).is_err() && budget.take(usize::MAX, &held).is_err());
        six.join(budget.take(4, &held).expect("room"));
        assert_eq!((budget.used(), held.load(Ordering::Relaxed)), (10, 10));
        drop(six);
        assert_eq!((budget.used(), held.load(Ordering::Relaxed)), (0, 0));
    }
}
