//! Another attempt, after a pause, where the network failed and nothing else.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::cause::Cause;
use crate::remote::Remote;

/// How often a waiting attempt looks whether it was cancelled.
const SLICE: Duration = Duration::from_millis(50);

/// Attempts until one comes through, fails for good, or there are no more attempts or time.
pub(crate) fn retry<T>(remote: Remote<'_>, attempt: impl Fn() -> Result<T, Cause>) -> Result<T, Cause> {
    let limits = remote.git.limits();
    let mut pause = limits.pause;
    for _ in 1..limits.attempts {
        match attempt() {
            Err(cause) if cause.is_passing() => {
                if remote.deadline.left().is_none_or(|left| left <= pause) {
                    return Err(cause);
                }
                wait(remote, pause + jitter(pause));
            }
            done => return done,
        }
        pause *= 2;
    }
    attempt()
}

fn wait(remote: Remote<'_>, pause: Duration) {
    let mut left = pause;
    while !left.is_zero() && !remote.git.cancel().is_cancelled() {
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
