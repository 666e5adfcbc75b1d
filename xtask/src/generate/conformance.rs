//! The expected report of every conformance case: what the engine says of it now.

use anyhow::Result;
use start_points::render;

use super::Files;

pub fn files() -> Result<Files> {
    let cases = start_points_testing::cases()?;
    Ok(cases
        .iter()
        .map(|case| {
            let (report, sources) = case.check();
            (format!("{}/report.json", case.path()), render::json(&report, &sources))
        })
        .collect())
}
