//! The first faults by pointer and rule, each once, of any number of them.

use super::Fault;
use crate::order::sorted;

/// Keeps no more than twice the limit, and eight bytes of each that it has seen.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    kept: Vec<Fault>,
    /// Only the count of what is not shown depends on them, so two that are equal by chance do no harm.
    digests: Vec<u64>,
}

impl Distinct {
    pub(super) fn add(&mut self, fault: Fault, limit: usize) {
        self.digests.push(digest(&fault));
        self.kept.push(fault);
        if self.kept.len() >= limit.saturating_add(1).saturating_mul(2) {
            self.shorten(limit);
        }
    }

    /// The first of them, and how many there are.
    pub(super) fn finish(mut self, limit: usize) -> (Vec<Fault>, usize) {
        self.shorten(limit);
        self.digests.sort_unstable();
        self.digests.dedup();
        (self.kept, self.digests.len())
    }

    /// Of equal ones the first that was met is kept.
    fn shorten(&mut self, limit: usize) {
        self.kept = sorted(std::mem::take(&mut self.kept), |one, other| {
            (one.pointer.as_str(), one.rule).cmp(&(other.pointer.as_str(), other.rule))
        });
        self.kept.dedup_by(|again, first| again.pointer == first.pointer && again.rule == first.rule);
        self.kept.truncate(limit);
    }
}

/// FNV-1a, of 64 bits.
fn digest(fault: &Fault) -> u64 {
    let bytes = fault.pointer.as_str().bytes().chain([0]).chain(fault.rule.bytes());
    bytes
        .fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
