//! Whether a report fails: errors always, warnings where settings say so.

use start_points::rule::Severity;

use crate::Error;
use crate::checker::{DiskChecker, DiskOutput};
use crate::path::path_of;

impl DiskChecker {
    /// Whether the report has an error, or a warning in a repository whose settings make warnings fail.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn fails(&mut self, found: &DiskOutput) -> Result<bool, Error> {
        if !found.output.report.is_clean() {
            return Ok(true);
        }
        for diagnostic in found.output.report.diagnostics() {
            if diagnostic.severity == Severity::Warning
                && self.settings(&path_of(&diagnostic.place.path))?.0.error_on_warnings
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
