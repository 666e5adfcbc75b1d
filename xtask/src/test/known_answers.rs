//! The tests that need data from outside the repository: the one step that looks for it.

use anyhow::{Result, ensure};
use start_points_testing::KNOWN_ANSWERS;

use super::count::{Count, cargo_test};
use crate::known_answers;
use crate::shell::cargo;

/// Runs the tests in modules of that name, which are ignored elsewhere.
pub fn run() -> Result<Count> {
    let Some(folder) = known_answers::folder()? else {
        println!("skipped: the known answers are not beside the repository, and {KNOWN_ANSWERS} is not set");
        return Ok(Count::default());
    };
    let mut test = cargo(&["test", "--workspace", "--locked", "--quiet", "--no-fail-fast"]);
    test.args(["--test", "it", "--", "--ignored", "known_answers::"]).env(KNOWN_ANSWERS, folder);
    let count = cargo_test(&mut test)?;
    ensure!(count.passed + count.failed > 0, "no test of known answers ran");
    Ok(count)
}
