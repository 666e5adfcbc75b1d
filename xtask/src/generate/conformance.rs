//! The expected answer of every conformance case, those of the gate among them: what the engine says of it now.

use anyhow::Result;
use start_points::check::CheckOutput;
use start_points::render;

use super::files::GeneratedFiles;

pub fn files() -> Result<GeneratedFiles> {
    let cases = start_points_testing::cases()?;
    let decisions = start_points_testing::gate_cases()?;
    Ok(cases
        .iter()
        .map(|case| {
            let CheckOutput { report, sources, .. } = case.check();
            (format!("{}/report.json", case.path()), render::json(&report, &sources))
        })
        .chain(decisions.iter().map(start_points_testing::GateCase::answer))
        .collect())
}
