//! The commands, one file each: parse, call the engine, render.

mod check;
mod completions;
mod explain;
mod image_name;
mod inspect;
mod mix;
mod new;
mod schema;
mod url;

use crate::arguments::{Arguments, Command};
use crate::error::{Failure, Outcome};
use crate::output;

/// Runs the command that was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    output::choose_color(arguments.color);
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Url(arguments) => url::run(arguments),
        Command::ImageName(arguments) => image_name::run(arguments),
        Command::Mix(arguments) => mix::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions { shell } => completions::run(*shell),
    }
}
