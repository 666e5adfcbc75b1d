//! The processor time that something takes, which other programs on the machine do not change.

use std::time::Duration;

/// Runs, and answers how much processor time of this thread that took, and the result.
#[cfg(unix)]
pub fn processor_time<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let now = || {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
    };
    let started = now();
    let result = run();
    (now().saturating_sub(started), result)
}

/// The same by the clock, where the system tells no more.
#[cfg(not(unix))]
pub fn processor_time<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let started = std::time::Instant::now();
    let result = run();
    (started.elapsed(), result)
}
