//! Where rules put what they find; bounded, because a hostile manifest can hold a million faults.

use crate::diagnostic::{Diagnostic, Place};
use crate::rules::too_many_faults;

/// The most diagnostics of one text that are kept, where nothing else is said.
pub(crate) const MAX_DIAGNOSTICS: usize = 1_000;

/// Collects the diagnostics of one text.
#[derive(Debug)]
pub(crate) struct Sink {
    limit: usize,
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Default for Sink {
    fn default() -> Self {
        Self::new(MAX_DIAGNOSTICS)
    }
}

impl Sink {
    /// Keeps this many diagnostics.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), dropped: 0 }
    }

    /// Takes a diagnostic; it is made only where there is room for it.
    pub(crate) fn push(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < self.limit {
            self.kept.push(diagnostic());
        } else {
            self.dropped += 1;
        }
    }

    /// How many more are kept.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.kept.len())
    }

    /// Counts diagnostics that were not made, as there was no room for them.
    pub(crate) fn drop(&mut self, count: usize) {
        self.dropped += count;
    }

    /// Everything kept, and one diagnostic that counts the rest.
    pub(crate) fn finish(mut self, file: Place) -> Vec<Diagnostic> {
        if self.dropped > 0 {
            self.kept.push(too_many_faults::diagnose(file, self.dropped));
        }
        self.kept
    }
}
