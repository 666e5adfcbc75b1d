//! A test in a process of its own: all tests of a crate share one program, and some look at the whole process.

use std::process::Command;

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
