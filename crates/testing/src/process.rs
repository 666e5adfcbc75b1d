//! Processes: a test in one of its own, the memory that one has, the processor time that something takes.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// Holds the name of the test that a child runs.
const CHILD: &str = "START_POINTS_TEST_CHILD";

/// Runs `body` in a new process that runs the test `name` alone, where `name` is the test's path without the crate.
///
/// # Errors
/// If the child cannot be started, or the test fails in it.
pub fn in_own_process(name: &str, body: impl FnOnce()) -> Result<()> {
    if std::env::var_os(CHILD).is_some_and(|child| child == name) {
        body();
        return Ok(());
    }
    let mut child = Command::new(std::env::current_exe()?);
    child.args(["--exact", name, "--include-ignored", "--nocapture"]).env(CHILD, name);
    let output = child.output().with_context(|| format!("cannot run `{name}` in a process of its own"))?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && stdout.contains("1 passed"), "`{name}` failed:\n{stdout}{stderr}");
    Ok(())
}

/// `VmRSS`, the memory that a process has now, or `VmHWM`, its peak, in kB, as
/// [Linux reports it](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html).
///
/// # Errors
/// If there is no such process, or the system does not report it.
pub fn memory_kb(process: u32, what: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()).with_context(|| what.to_owned())?;
    Ok(number.parse()?)
}

/// Runs, and returns the processor time of this thread that it took, and the result. Other programs on the machine do not
/// change it.
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

/// The same by the clock, on other systems.
#[cfg(not(unix))]
pub fn processor_time<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let started = std::time::Instant::now();
    let result = run();
    (started.elapsed(), result)
}
