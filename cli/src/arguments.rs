//! The command line, as clap reads it.

mod gate;
mod image;
mod registry;
#[cfg(feature = "serve")]
mod serve;
mod sources;
mod words;

pub(crate) use gate::GateArguments;
pub(crate) use image::{ImageCommand, PackArguments};
pub(crate) use registry::RegistryArguments;
#[cfg(feature = "serve")]
pub(crate) use serve::{Gate, ProbeArguments, Pull, ServeArguments};
pub(crate) use sources::{
    CacheCommand, CreateArguments, FetchArguments, GatherArguments, ListArguments, UrlsCommand,
};
pub(crate) use words::rules;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use start_points::levels::Level;
use start_points::{DialectChoice, Kind};

use crate::settings::{self, Flags};

/// Checks, resolves and mixes cyber-dojo start-points.
#[derive(Debug, Parser)]
#[command(name = "start-points", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  start-points check                         every start-point below this folder
  start-points check --fix .                 fix what can be fixed safely
  start-points explain missing-file          what a rule means and how to mend it
  start-points new languages ./python-pytest a start-point that passes
  start-points create acme/languages --languages @urls.txt

Exit codes: 0 clean, 1 faults found, 2 wrong use or could not run.")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour the output; NO_COLOR is obeyed
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests, repositories, and folders of many
    Check(CheckArguments),
    /// Say what a rule means, why, and how to mend what it finds
    Explain(ExplainArguments),
    /// Parse source URLs: `<repo>[?tag=<tag>]`
    Url(UrlArguments),
    /// Keep a list of source URLs true
    #[command(subcommand, arg_required_else_help = true)]
    Urls(UrlsCommand),
    /// Make a catalogue of the start-points of many repositories, all or nothing
    Create(CreateArguments),
    /// Pack, push and look at images of start-points
    #[command(subcommand, arg_required_else_help = true)]
    Image(ImageCommand),
    /// Print the tagged image name of a language + test-framework repository at its commit
    ImageName(ImageNameArguments),
    /// Print the practice session of a languages start-point mixed with an exercise
    Mix(MixArguments),
    /// List what a catalogue, or a folder of repositories, offers
    Inspect(InspectArguments),
    /// Decide whether images may run: age, risks, later tags
    Gate(GateArguments),
    /// Serve a catalogue over HTTP: today's API, and more below /v1/
    #[cfg(feature = "serve")]
    Serve(Box<ServeArguments>),
    /// Ask a service on this machine whether it is ready
    #[cfg(feature = "serve")]
    Probe(ProbeArguments),
    /// Look at the cache of what was fetched, or empty it
    #[command(subcommand, arg_required_else_help = true)]
    Cache(CacheCommand),
    /// Write a start-point that passes
    New(NewArguments),
    /// Print a JSON Schema, for editors
    Schema(SchemaArguments),
    /// Print the completions of a shell
    #[command(after_help = "\
Examples:
  source <(start-points completions bash)                                in ~/.bashrc
  start-points completions zsh > ~/.zfunc/_start-points                  with ~/.zfunc in $fpath
  start-points completions fish > ~/.config/fish/completions/start-points.fish

Bash, zsh and fish complete rules, kinds, dialects, levels and schemas too; elvish and PowerShell \
commands and flags.")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points check                              every start-point below this folder
  start-points check start_point/manifest.json    one manifest
  start-points check --format sarif . > out.sarif for a code-scanning service
  start-points check --fix .                      mend what can be mended safely
  start-points check - --stdin-filename start_point/manifest.json < buffer
  start-points check - --fix --stdin-filename start_point/manifest.json < buffer > fixed

Settings are read from start-points.toml at the top of a repository, then from START_POINTS_KIND,
START_POINTS_DIALECT and START_POINTS_FORMAT, then from flags.")]
pub(crate) struct CheckArguments {
    /// Manifests, repositories, folders of many; `-` reads a manifest from standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub judged: JudgedArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Make the fixes that keep the meaning, say which, and report what is left
    #[arg(long)]
    pub fix: bool,
    /// Show the fixes as a diff and write nothing
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,
    /// Also make the fixes that may change the meaning; alone it means `--fix --unsafe-fixes`
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// The level of a rule: off, info, warning, error; may be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_parser = words::level(), hide_possible_values = true)]
    pub level: Vec<(String, Level)>,
    /// Paths to leave out, as globs of .gitignore; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Where the manifest from standard input lies: its neighbours and its kind are found there
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Exit with 1 where there is a warning, too
    #[arg(long)]
    pub error_on_warnings: bool,
    /// Print nothing but faults
    #[arg(long, short)]
    pub quiet: bool,
}

/// How start-points are judged.
#[derive(Debug, Args, Clone, Copy)]
pub(crate) struct JudgedArguments {
    /// The kind of every manifest: languages, exercises, custom [default: found from its place]
    #[arg(long, value_name = "KIND", value_parser = words::kind(), hide_possible_values = true)]
    pub kind: Option<Kind>,
    /// Where languages image names come from: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = words::dialect(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
}

/// Output formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Source lines with carets
    Full,
    /// path:line:column: rule: message
    Concise,
    /// The report, version 1
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

impl From<Format> for settings::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Full => Self::Full,
            Format::Concise => Self::Concise,
            Format::Json => Self::Json,
            Format::Sarif => Self::Sarif,
            Format::Github => Self::Github,
        }
    }
}

impl From<&CheckArguments> for Flags {
    fn from(arguments: &CheckArguments) -> Self {
        Self {
            format: arguments.format.map(Into::into),
            levels: arguments.level.clone(),
            exclude: arguments.exclude.clone(),
            error_on_warnings: arguments.error_on_warnings,
            ..Self::from(&arguments.judged)
        }
    }
}

impl From<&CreateArguments> for Flags {
    fn from(arguments: &CreateArguments) -> Self {
        Self {
            dialect: arguments.dialect,
            format: arguments.gather.format.map(Into::into),
            levels: arguments.level.clone(),
            ..Self::default()
        }
    }
}

impl From<&JudgedArguments> for Flags {
    fn from(judged: &JudgedArguments) -> Self {
        Self { kind: judged.kind, dialect: judged.dialect, ..Self::default() }
    }
}

/// Output formats of the other commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule's id; without it all rules are listed
    #[arg(value_parser = words::rule(), hide_possible_values = true)]
    pub rule: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// Arguments of `url`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points url https://github.com/cyber-dojo-languages/python-unittest.git?tag=3.7.4
  start-points url 384f486@https://github.com/cyber-dojo-start-points/java-junit   the older spelling
  start-points url --resolve git@host:org/repo.git?tag=3.7.4    which commit it is now")]
pub(crate) struct UrlArguments {
    /// Source URLs
    #[arg(required = true, value_name = "URL", allow_hyphen_values = true)]
    pub urls: Vec<String>,
    /// Ask each repository which commit is meant
    #[arg(long)]
    pub resolve: bool,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// Arguments of `image-name`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  docker build --tag \"$(start-points image-name)\" docker")]
pub(crate) struct ImageNameArguments {
    /// The repository
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// Where the name comes from: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = words::dialect(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// Refuse, with exit code 1, where the work tree differs from the commit
    #[arg(long)]
    pub require_clean: bool,
}

/// Arguments of `mix`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points mix python-pytest exercises/start-points/Fizz_Buzz
  start-points mix custom/start-points/Tennis/Ruby")]
pub(crate) struct MixArguments {
    /// The languages start-point, or a custom one: its manifest, its folder, or its repository
    #[arg(value_name = "LSP")]
    pub language: PathBuf,
    /// The exercise
    #[arg(value_name = "ESP")]
    pub exercise: Option<PathBuf>,
    /// Where languages image names come from: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = words::dialect(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// The commit to take the image tag from [default: the repository's]
    #[arg(long, value_name = "SHA")]
    pub sha: Option<String>,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points inspect ./languages               a catalogue folder, or a folder of repositories
  start-points inspect oci:./languages-image     the catalogue in an image layout
  start-points inspect ghcr.io/acme/python:1.0   the catalogue in a registry's image")]
pub(crate) struct InspectArguments {
    /// A catalogue: a folder, oci:PATH, or an image in a registry; or a folder of repositories
    #[arg(default_value = ".", value_name = "CATALOGUE")]
    pub catalogue: String,
    #[command(flatten)]
    pub judged: JudgedArguments,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points new languages ./python-pytest
  start-points new exercises ./my-exercises --name \"Fizz Buzz\"")]
pub(crate) struct NewArguments {
    /// languages, exercises or custom
    #[arg(value_parser = words::kind(), hide_possible_values = true)]
    pub kind: Kind,
    /// The repository to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The display name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// The schema's name; without it all are listed
    #[arg(value_parser = words::schema(), hide_possible_values = true)]
    pub name: Option<String>,
}
