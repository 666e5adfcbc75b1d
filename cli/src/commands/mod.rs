//! The commands, one file each: parse, call the engine, render.

mod cache;
mod check;
mod completions;
mod create;
mod explain;
mod gate;
mod image;
mod image_name;
mod inspect;
mod mix;
mod new;
#[cfg(feature = "serve")]
mod probe;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod url;
mod urls;

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
        Command::Urls(command) => urls::run(command),
        Command::Create(arguments) => create::run(arguments),
        Command::Gate(arguments) => gate::run(arguments),
        Command::Cache(command) => cache::run(*command),
        Command::Image(command) => image::run(command),
        Command::ImageName(arguments) => image_name::run(arguments),
        Command::Mix(arguments) => mix::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(arguments),
        #[cfg(feature = "serve")]
        Command::Probe(arguments) => probe::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions { shell } => completions::run(*shell),
    }
}
