//! Start-points on disk, as the command reads them: `cli/` has the same rules, and a test compares the two.

mod find;
mod read;
mod round;
mod settings;

use std::path::PathBuf;

pub(crate) use read::from_repository_top;

use crate::errors::Failure;
use crate::judged::Judged;
use crate::report::Report;

/// What is said of a check besides its paths.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) judged: Judged,
    pub(crate) format: Option<String>,
    pub(crate) exclude: Vec<String>,
    /// Whether `start-points.toml` is read.
    pub(crate) settings: bool,
    /// Whether `START_POINTS_*` are read.
    pub(crate) environment: bool,
}

/// Checks everything that the paths name; answers the report and the output format.
pub(crate) fn check(paths: &[PathBuf], flags: Flags) -> Result<(Report, String), Failure> {
    round::Round::new(flags).check(paths)
}
