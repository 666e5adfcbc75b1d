//! The budget of bytes in flight: bodies being read, heads, and responses not yet written, counted together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The bytes that all connections together may hold.
#[derive(Debug)]
pub(crate) struct Budget {
    total: usize,
    used: AtomicUsize,
    refused: AtomicU64,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// Bytes that count until this is dropped.
#[derive(Debug)]
pub(crate) struct Charge {
    budget: Arc<Budget>,
    /// The sum of all charges of the connection.
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

    /// The most bytes in flight.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// How often the budget was used up.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Counts a request or a response that was refused.
    pub(crate) fn count_refusal(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Charges bytes to a connection, if they fit.
    pub(crate) fn charge(self: &Arc<Self>, bytes: usize, held: &Arc<AtomicUsize>) -> Result<Charge, Full> {
        let fits = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.total);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map_err(|_| Full)?;
        held.fetch_add(bytes, Ordering::Relaxed);
        Ok(Charge { budget: Arc::clone(self), held: Arc::clone(held), bytes })
    }
}

impl Charge {
    /// Takes over the bytes of another charge.
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
    fn dropped_charges_are_free_again() {
        let (budget, held) = (Budget::new(10), Arc::default());
        let mut six = budget.charge(6, &held).expect("room");
        assert!(budget.charge(5, &held).is_err() && budget.charge(usize::MAX, &held).is_err());
        six.join(budget.charge(4, &held).expect("room"));
        assert_eq!((budget.used(), held.load(Ordering::Relaxed)), (10, 10));
        drop(six);
        assert_eq!((budget.used(), held.load(Ordering::Relaxed)), (0, 0));
    }
}
