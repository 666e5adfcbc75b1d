//! The arguments of `create`.

use std::path::PathBuf;

use clap::Args;
use start_points::levels::Level;
use start_points::{DialectChoice, Kind};
use start_points_catalogue::Output;

use crate::arguments::{BuildArguments, dialect_parser, level_parser};
use crate::settings::Overrides;

/// Arguments of `create`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points create acme/python --languages https://github.com/org/python-pytest?tag=3.7.4
  start-points create acme/katas --exercises @urls.txt --output dir:./katas
  start-points create try --languages . --work-tree    with what is not committed yet
  start-points create acme/python --languages --from urls.txt --offline
  start-points create acme/java --languages cyberdojostartpoints/java_junit:4edf92a
  start-points create ghcr.io/acme/python:1.0 --languages @urls.txt --push
  start-points create acme/python:1.0 --languages @urls.txt --output oci:image --base oci:base

Everything is checked first. Where anything is wrong, every fault of every source is told in the \
order in which they are named, nothing is written, and the exit code is 1. What was there before is \
replaced in one step.

An image is the same, byte for byte, whenever it is made of the same commits. Log-ins are those \
of docker's configuration.

A source is a source URL, or the image of a start-point that `image pack` made. What has a \
scheme or a user, begins with `.`, `/` or `~`, or is there on this machine is a URL; of the rest, \
an image name with a tag or a digest is an image.

A file of sources has one a line; `#` begins a comment. Paths in it are relative to this folder.")]
pub(crate) struct CreateArguments {
    /// The catalogue's name, as an image has it
    pub name: String,
    #[command(flatten)]
    pub sources: SourceArguments,
    /// A file of sources, after those that are named; may be repeated
    #[arg(long, value_name = "FILE")]
    pub from: Vec<PathBuf>,
    /// Where the catalogue goes: dir:PATH, or oci:PATH for an image layout [default: a folder named after NAME, in
    /// this one; with --push nothing is written]
    #[arg(long, value_name = "OUTPUT")]
    pub output: Option<Output>,
    /// Push it as the image NAME, which needs a tag; a tag that is there with other content is refused
    #[arg(long, conflicts_with = "offline")]
    pub push: bool,
    /// The image that it goes on top of: one in a registry, or oci:PATH; a registry that has its layers mounts them
    #[arg(long, value_name = "IMAGE")]
    pub base: Option<String>,
    /// Take the files of local repositories as they are on disk, not those of the commit
    #[arg(long)]
    pub work_tree: bool,
    /// Where languages image names come from: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// The level of a rule: off, info, warning, error; may be repeated. A source that cannot be had, where that is no
    /// error, is left out
    #[arg(long, value_name = "RULE=LEVEL", value_parser = level_parser(), hide_possible_values = true)]
    pub level: Vec<(String, Level)>,
    #[command(flatten)]
    pub build: BuildArguments,
}

/// The sources, of one kind.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SourceArguments {
    /// The start-points are languages: source URLs, images of start-points, or @FILE with one a line
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    languages: Option<Vec<String>>,
    /// The start-points are exercises
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    exercises: Option<Vec<String>>,
    /// The start-points are custom
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    custom: Option<Vec<String>>,
}

impl SourceArguments {
    /// The kind, and what is written after it.
    pub(crate) fn given(&self) -> (Kind, &[String]) {
        let kinds = [
            (Kind::Languages, &self.languages),
            (Kind::Exercises, &self.exercises),
            (Kind::Custom, &self.custom),
        ];
        let given = kinds.into_iter().find_map(|(kind, given)| Some((kind, given.as_deref()?)));
        given.unwrap_or((Kind::Languages, &[]))
    }
}

impl From<&CreateArguments> for Overrides {
    fn from(arguments: &CreateArguments) -> Self {
        Self {
            dialect: arguments.dialect,
            format: arguments.build.format.map(Into::into),
            levels: arguments.level.clone(),
            ..Self::default()
        }
    }
}
