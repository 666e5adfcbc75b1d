//! Time: cancelling work, deadlines, and repeating what failed for a passing reason.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often a wait checks for cancellation.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// A flag that ends work under way: programs are killed, waits are cut short. All clones share one flag.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Cancels the work. Safe in a signal handler: it only stores a flag.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sleeps, but no longer than until the work is cancelled.
    fn sleep(&self, pause: Duration) {
        let mut left = pause;
        while !left.is_zero() && !self.is_cancelled() {
            let slice = left.min(CHECK_INTERVAL);
            thread::sleep(slice);
            left -= slice;
        }
    }
}

/// The moment at which work times out.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment this long from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        let now = Instant::now();
        Self(now.checked_add(time).unwrap_or(now))
    }

    /// The time left; `None` once the deadline has passed.
    #[must_use]
    pub fn left(self) -> Option<Duration> {
        let left = self.0.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

/// The pauses between attempts: each is twice as long as the one before it, plus jitter.
///
/// The jitter keeps clients that failed together from coming back together:
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The pause after the first failure.
    pub first: Duration,
    /// The longest pause, before jitter.
    pub longest: Duration,
}

impl Backoff {
    /// The pause after this many failures, with up to half of it more.
    #[must_use]
    pub fn pause(&self, failures: u32) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        let pause = doubled.min(self.longest);
        pause.saturating_add(pause.mul_f64(fastrand::f64() / 2.0))
    }
}

/// How often a request is repeated, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The time for all attempts together, pauses included.
    pub time: Duration,
    /// The number of attempts, the first one included.
    pub attempts: u32,
    /// The pauses between them.
    pub backoff: Backoff,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            attempts: 3,
            backoff: Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(60) },
        }
    }
}

impl RetryPolicy {
    /// The default policy with another limit of time.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self { time, ..Self::default() }
    }

    /// Repeats an attempt until it succeeds, fails for good, or attempts or time run out. `is_transient` says which
    /// errors another attempt may avoid. An attempt under way is not cut short.
    ///
    /// # Errors
    /// The error of the last attempt.
    pub fn run<T, E>(
        &self,
        cancel: &Cancel,
        is_transient: impl Fn(&E) -> bool,
        attempt: impl Fn() -> Result<T, E>,
    ) -> Result<T, E> {
        self.run_until(Deadline::after(self.time), cancel, is_transient, attempt)
    }

    /// Like [`RetryPolicy::run`], with a deadline that was set earlier.
    ///
    /// # Errors
    /// The error of the last attempt.
    pub fn run_until<T, E>(
        &self,
        deadline: Deadline,
        cancel: &Cancel,
        is_transient: impl Fn(&E) -> bool,
        attempt: impl Fn() -> Result<T, E>,
    ) -> Result<T, E> {
        for failures in 1..self.attempts {
            match attempt() {
                Err(error) if is_transient(&error) => {
                    let pause = self.backoff.pause(failures);
                    if cancel.is_cancelled() || deadline.left().is_none_or(|left| left <= pause) {
                        return Err(error);
                    }
                    cancel.sleep(pause);
                }
                result => return result,
            }
        }
        attempt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(10) };
        for (failures, seconds) in [(1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (u32::MAX, 10.0)] {
            let pause = backoff.pause(failures).as_secs_f64();
            assert!((seconds..=seconds * 1.5).contains(&pause), "{failures}: {pause}");
        }
    }

    fn attempts(policy: &RetryPolicy, cancel: &Cancel, is_transient: bool) -> u32 {
        let count = Cell::new(0);
        let attempt = || {
            count.set(count.get() + 1);
            Err::<(), _>("failed")
        };
        assert_eq!(policy.run(cancel, |_| is_transient, attempt), Err("failed"));
        count.get()
    }

    #[test]
    fn only_transient_errors_are_tried_again_and_only_in_time() {
        let mut policy = RetryPolicy::default();
        policy.backoff.first = Duration::from_millis(1);
        let cancel = Cancel::default();
        assert_eq!(attempts(&policy, &cancel, true), 3);
        assert_eq!(attempts(&policy, &cancel, false), 1);
        assert_eq!(attempts(&RetryPolicy { time: Duration::ZERO, ..policy }, &cancel, true), 1);
        cancel.cancel();
        assert_eq!(attempts(&policy, &cancel, true), 1);
    }
}
