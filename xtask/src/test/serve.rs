//! The service asked by schemathesis, which makes requests of its OpenAPI description, and soaked for a while.

use anyhow::{Result, ensure};

use super::count::Count;
use crate::serving::Running;
use crate::shell::{self, cargo, program};
use crate::{repository, soak, tools};

/// The API of `/v1/`, with every check; then the deployed one, with those that its own ways allow: it takes any
/// method, and answers 500 to requests that are wrong.
const RUNS: [&[&str]; 2] = [
    &["--include-path-regex", "^/v1/"],
    &["--exclude-path-regex", "^/v1/", "--exclude-checks", "not_a_server_error,unsupported_method"],
];

/// The short form of `cargo xtask soak`, in seconds.
const SOAKED: u64 = 10;

/// Every run on a service of its own.
pub fn run() -> Result<Count> {
    let bin = tools::schemathesis()?;
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let command = tools::target().join("debug/start-points");
    let catalogue = repository::path("crates/server/tests/deployed/languages");
    for options in RUNS {
        let running = Running::service(&command, &catalogue)?;
        let mut schemathesis = program(bin.join("schemathesis"));
        schemathesis.args([
            "run",
            "--no-color",
            "--max-examples",
            "50",
            "--seed",
            "1",
            "--generation-database",
            "none",
        ]);
        schemathesis.args(options).arg(format!("http://{}/openapi.json", running.address));
        // Where it would leave a folder of its own.
        let folder = tempfile::tempdir()?;
        shell::run(schemathesis.current_dir(folder.path()))?;
        ensure!(running.stop()?, "the service did not end well");
    }
    soak::run_short(&command, SOAKED)?;
    Ok(Count { passed: RUNS.len() + 1, failed: 0 })
}
