//! The memory of a process, as Linux tells it.

use std::fs;

use anyhow::{Context as _, Result};

/// `VmRSS`, what it has now, or `VmHWM`, the most that it had, in kB.
///
/// # Errors
/// Where there is no such process, or the system does not say so.
pub fn memory_kb(process: u32, what: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()).with_context(|| what.to_owned())?;
    Ok(number.parse()?)
}
