//! What a step counts.

use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::lines;

/// What a step found: one for itself, or as many as it ran tests.
#[derive(Default, Clone, Copy)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

/// A step that passes or fails as a whole.
pub(super) fn one(result: Result<()>) -> Result<Count> {
    result.map(|()| Count { passed: 1, failed: 0 })
}

/// Runs `cargo test`, counted from the line each test program ends with.
pub(super) fn cargo_test(command: &mut Command) -> Result<Count> {
    let mut count = Count::default();
    let succeeded = lines(command, |line| {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        let number = |word: &str| {
            let before = rest.split(&[';', '.']).find_map(|part| part.trim().strip_suffix(word));
            before.and_then(|number| number.trim().parse::<usize>().ok()).unwrap_or_default()
        };
        count.passed += number("passed");
        count.failed += number("failed");
    })?;
    if !succeeded && count.failed == 0 {
        bail!("cargo test failed before its tests ended");
    }
    Ok(count)
}
