//! The start-points command: arguments, files, exit codes. The engine judges the start-points.
//!
//! Exit codes of every command and format: 0 clean, 1 faults found, 2 invalid arguments or could not run.

mod arguments;
mod commands;
mod error;
mod fetching;
mod git;
mod output;
mod progress;
mod registry;
mod sources;

use std::borrow::Cow;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use error::CommandOutcome;
use start_points::shown;
pub(crate) use start_points_workspace::{find, settings};

/// Paths on disk.
pub(crate) mod disk {
    pub(crate) use start_points_workspace::path::{from_repository_top, key_of, parent, shown};
}

/// The command's definition, for completions and generated docs.
#[must_use]
pub fn command() -> clap::Command {
    commands::Arguments::command()
}

/// Runs the command with the arguments of this process, and returns its exit code.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match commands::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap prints help and versions to stdout with code 0, and errors to stderr with code 2. The arguments that it
            // quotes may be file names chosen by others, so they are escaped.
            let text = error.render().to_string();
            let _ = match shown::lines(&text) {
                Cow::Borrowed(_) => error.print(),
                Cow::Owned(escaped) => output::eprint_line(escaped.trim_end()),
            };
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(&arguments) {
        Ok(CommandOutcome::Clean) => ExitCode::SUCCESS,
        Ok(CommandOutcome::Faults) => ExitCode::from(1),
        // The reader of our output, such as `head`, has seen enough.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = failure.tell();
            ExitCode::from(2)
        }
    }
}
