//! Another attempt, after a pause, where the network failed and nothing else.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use start_points_io::Cancel;

use crate::cause::Cause;
use crate::limits::{Deadline, Limits};
use crate::remote::Remote;

/// How often a waiting attempt looks whether it was cancelled.
const SLICE: Duration = Duration::from_millis(50);

/// Attempts at a repository.
pub(crate) fn retry<T>(remote: Remote<'_>, attempt: impl Fn() -> Result<T, Cause>) -> Result<T, Cause> {
    let (limits, cancel) = (remote.git.limits(), remote.git.cancel());
    attempts(limits, remote.deadline, cancel, Cause::is_passing, attempt)
}

/// Attempts until one comes through, fails for good, or there are no more attempts or time; `is_passing` tells which
/// errors the next attempt may not meet. All together take no longer than the limit of time, but for the last one.
///
/// # Errors
/// That of the last attempt.
pub fn again<T, E>(
    limits: &Limits,
    cancel: &Cancel,
    is_passing: impl Fn(&E) -> bool,
    attempt: impl Fn() -> Result<T, E>,
) -> Result<T, E> {
    attempts(limits, Deadline::after(limits.time), cancel, is_passing, attempt)
}

fn attempts<T, E>(
    limits: &Limits,
    deadline: Deadline,
    cancel: &Cancel,
    is_passing: impl Fn(&E) -> bool,
    attempt: impl Fn() -> Result<T, E>,
) -> Result<T, E> {
    let mut pause = limits.pause;
    for _ in 1..limits.attempts {
        match attempt() {
            Err(error) if is_passing(&error) => {
                if cancel.is_cancelled() || deadline.left().is_none_or(|left| left <= pause) {
                    return Err(error);
                }
                wait(cancel, pause + jitter(pause));
            }
            done => return done,
        }
        pause *= 2;
    }
    attempt()
}

fn wait(cancel: &Cancel, pause: Duration) {
    let mut left = pause;
    while !left.is_zero() && !cancel.is_cancelled() {
        let slice = left.min(SLICE);
        thread::sleep(slice);
        left -= slice;
    }
}

/// Up to half a pause more, so that what failed together does not come back together.
fn jitter(pause: Duration) -> Duration {
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    pause / 2 * (nanoseconds / 1000 % 100) / 100
}
