//! Whether a report fails: errors always, warnings where settings say so.

use std::path::Path;

use start_points::rule::Severity;

use crate::Error;
use crate::round::{Found, Rounds};

impl Rounds {
    /// Whether the report has an error, or a warning in a repository whose settings make warnings fail.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn fails(&mut self, found: &Found) -> Result<bool, Error> {
        if !found.report.is_clean() {
            return Ok(true);
        }
        for diagnostic in found.report.diagnostics() {
            if diagnostic.severity == Severity::Warning
                && self.settings(Path::new(&*diagnostic.place.path))?.error_on_warnings
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
