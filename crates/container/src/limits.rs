//! How far the engine is followed, and how soon it is asked again.

use std::time::Duration;

use crate::cause::Cause;

/// The bounds of what one request to the engine may cost. What lies beyond is a failure of that image alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// To be connected.
    pub connect: Duration,
    /// For a whole answer that is no pull.
    pub answer: Duration,
    /// For one attempt to pull an image.
    pub pull: Duration,
    /// For an engine that says nothing while it pulls.
    pub stall: Duration,
    /// The bytes of a line of what is said of a pull.
    pub line_bytes: usize,
    /// The bytes of all that is said of a pull.
    pub stream_bytes: u64,
    /// The bytes of any other answer.
    pub document_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            pull: Duration::from_secs(2 * 60 * 60),
            stall: Duration::from_secs(10 * 60),
            line_bytes: 256 << 10,
            stream_bytes: 256 << 20,
            document_bytes: 4 << 20,
        }
    }
}

/// How long is waited before an image is asked for again. Each wait is up to a half longer, by chance.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// After the first failure; twice as long after each one more.
    pub first: Duration,
    /// The longest wait after a failure that passes.
    pub longest: Duration,
    /// After a failure that stays until somebody mends it.
    pub lasting: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            lasting: Duration::from_secs(10 * 60),
        }
    }
}

impl Retry {
    /// The wait after this many failures in a row, of which this was the last.
    pub(crate) fn pause(&self, cause: &Cause, failures: u32) -> Duration {
        let pause = match cause.is_lasting() {
            true => self.lasting,
            false => {
                let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
                self.first.saturating_mul(factor).min(self.longest)
            }
        };
        pause.saturating_add(pause.mul_f64(fastrand::f64() / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry::default();
        let passing = Cause::Network("connection refused".to_owned());
        for (failures, least) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (u32::MAX, 60)] {
            let pause = retry.pause(&passing, failures).as_secs_f64();
            let least = f64::from(least);
            assert!((least..=least * 1.5).contains(&pause), "{failures}: {pause}");
        }
        assert!(retry.pause(&Cause::Missing("manifest unknown".to_owned()), 1) >= retry.lasting);
    }
}
