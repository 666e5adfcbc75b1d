//! Where rules put what they find; bounded, because a hostile manifest can hold a million faults.

use crate::diagnostic::{Diagnostic, Place};
use crate::rules::too_many_faults;

/// The most diagnostics of one text that are kept.
const MAX_DIAGNOSTICS: usize = 1_000;

/// Collects the diagnostics of one text.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Sink {
    /// Takes a diagnostic; it is made only where there is room for it.
    pub(crate) fn push(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < MAX_DIAGNOSTICS {
            self.kept.push(diagnostic());
        } else {
            self.dropped += 1;
        }
    }

    /// Everything kept, and one diagnostic that counts the rest.
    pub(crate) fn finish(mut self, file: Place) -> Vec<Diagnostic> {
        if self.dropped > 0 {
            self.kept.push(too_many_faults::diagnose(file, self.dropped));
        }
        self.kept
    }
}
