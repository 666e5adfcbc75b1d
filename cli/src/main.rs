//! The `start-points` command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    start_points_cli::run()
}
