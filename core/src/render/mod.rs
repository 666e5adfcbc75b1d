//! Output formats: pure functions from a report to text.

#[cfg(feature = "full")]
mod full;
mod json;
mod lines;
mod sarif;

#[cfg(feature = "full")]
pub use full::{full, full_linked};
pub use json::{diagnostic_json, json};
pub use lines::{concise, github, github_from, summary};
pub use sarif::{sarif, sarif_from};
