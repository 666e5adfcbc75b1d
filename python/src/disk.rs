//! Start-points on disk, checked as the command checks them.

use std::path::PathBuf;

use pyo3::Python;
use start_points_workspace::settings::{Overrides, ReportFormat};
use start_points_workspace::{DiskChecker, DiskFiles, WorkspaceError};

use crate::errors::Failure;
use crate::report::Report;

/// So many targets pass between two looks at whether the user wants to stop.
const SIGNALS_EVERY: usize = 256;

/// Checks everything that the paths name; answers the report, the output format, and whether the check fails.
pub(crate) fn check(
    paths: &[PathBuf],
    overrides: Overrides,
) -> Result<(Report, ReportFormat, bool), Failure> {
    let (mut targets, mut raised) = (0_usize, None);
    let mut checker = DiskChecker::new(overrides);
    let found = checker.check(&DiskFiles::new(paths), paths, &mut |_| {
        targets += 1;
        if targets.is_multiple_of(SIGNALS_EVERY) {
            raised = Python::attach(|py| py.check_signals()).err();
        }
        raised.is_none()
    });
    if let Some(raised) = raised {
        return Err(raised.into());
    }
    let found = found?;
    let format = checker.format(paths.first())?;
    let fails = checker.fails(&found)?;
    Ok((Report::on_disk(found.output), format, fails))
}

impl From<WorkspaceError> for Failure {
    fn from(error: WorkspaceError) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            WorkspaceError::Path { path, error } => Self::Os(path, error),
            WorkspaceError::Level(error) => error.into(),
            error => Self::new("SettingsError", error, hint),
        }
    }
}
