//! The commands, one file or folder each: its arguments, the call of the engine, the output.

mod cache;
mod check;
mod completions;
mod create;
mod gate;
mod image;
mod image_name;
mod inspect;
mod mix;
mod new;
#[cfg(feature = "serve")]
mod probe;
mod reference;
#[cfg(feature = "serve")]
mod serve;
mod url;
mod urls;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::error::{CliError, CommandOutcome};
use crate::output::{self, ColorWhen};

/// Checks, resolves and mixes cyber-dojo start-points.
#[derive(Debug, Parser)]
#[command(name = "start-points", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  start-points check                         every start-point below this folder
  start-points check --fix .                 apply the safe fixes
  start-points explain missing-file          what a rule means and how to fix faults
  start-points new languages ./python-pytest a new start-point that passes
  start-points create acme/languages --languages @urls.txt

Exit codes: 0 clean, 1 faults found, 2 invalid arguments or could not run.")]
pub(crate) struct Arguments {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour the output; respects NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests, repositories, or folders of repositories
    Check(check::CheckArguments),
    /// Explain a rule: what it means, why it exists, how to fix faults
    Explain(reference::ExplainArguments),
    /// Parse source URLs: `<repo>[?tag=<tag>]`
    Url(url::UrlArguments),
    /// Check and update a list of source URLs
    #[command(subcommand, arg_required_else_help = true)]
    Urls(urls::UrlsCommand),
    /// Build a catalogue from the start-points of many repositories
    Create(create::CreateArguments),
    /// Pack, push and inspect images of start-points
    #[command(subcommand, arg_required_else_help = true)]
    Image(image::ImageCommand),
    /// Print the tagged image name of a languages repository at its commit
    ImageName(image_name::ImageNameArguments),
    /// Mix a languages start-point with an exercise, and print the resulting session
    Mix(mix::MixArguments),
    /// List the start-points of a catalogue or a folder of repositories
    Inspect(inspect::InspectArguments),
    /// Decide whether images may run, by age, advisories and newer tags
    Gate(gate::GateArguments),
    /// Serve a catalogue over HTTP: the current API, and more under /v1/
    #[cfg(feature = "serve")]
    Serve(Box<serve::ServeArguments>),
    /// Check whether a service on this machine is ready
    #[cfg(feature = "serve")]
    Probe(probe::ProbeArguments),
    /// Show or empty the cache of fetched repositories and images
    #[command(subcommand, arg_required_else_help = true)]
    Cache(cache::CacheCommand),
    /// Create a start-point that passes all checks
    New(new::NewArguments),
    /// Print a JSON Schema for editors
    Schema(reference::SchemaArguments),
    /// Print a shell completion script
    #[command(after_help = "\
Examples:
  source <(start-points completions bash)                                in ~/.bashrc
  start-points completions zsh > ~/.zfunc/_start-points                  with ~/.zfunc in $fpath
  start-points completions fish > ~/.config/fish/completions/start-points.fish

Bash, zsh and fish also complete rules, kinds, dialects, levels and schemas; elvish and PowerShell \
complete commands and flags only.")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Runs the command that was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<CommandOutcome, CliError> {
    output::choose_color(arguments.color);
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments),
        Command::Explain(arguments) => reference::explain(arguments),
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
        Command::Schema(arguments) => reference::schema(arguments),
        Command::Completions { shell } => completions::run(*shell, &mut Arguments::command()),
    }
}
