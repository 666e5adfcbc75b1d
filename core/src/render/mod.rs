//! Output formats: pure functions from a report to text, one file each.

mod concise;
#[cfg(feature = "full")]
mod full;
mod github;
mod json;
mod sarif;

pub use concise::concise;
#[cfg(feature = "full")]
pub use full::{full, full_linked};
pub use github::{github, github_from};
pub use json::{diagnostic_json, json};
pub use sarif::{sarif, sarif_from};

use crate::report::Summary;
use crate::shown::counted;

/// The last line of talk: `3 manifests: 1 error, 2 warnings`.
///
/// Without a manifest nothing is called clean: a base language has only its `docker/` looked at, and of what settings
/// exclude nothing is.
#[must_use]
pub fn summary(summary: Summary) -> String {
    let manifests = counted(summary.manifests, "manifest");
    match (summary.errors, summary.warnings) {
        (0, 0) if summary.manifests == 0 => "no manifest was checked".to_owned(),
        (0, 0) => format!("{manifests}: clean"),
        (errors, 0) => format!("{manifests}: {}", counted(errors, "error")),
        (0, warnings) => format!("{manifests}: no errors, {}", counted(warnings, "warning")),
        (errors, warnings) => {
            format!("{manifests}: {}, {}", counted(errors, "error"), counted(warnings, "warning"))
        }
    }
}
