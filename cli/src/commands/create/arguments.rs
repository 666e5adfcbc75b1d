//! The arguments of `create`.

use std::path::PathBuf;

use clap::Args;
use start_points::levels::Level;
use start_points::{DialectChoice, Kind};
use start_points_catalogue::CatalogueOutput;

use crate::arguments::{BuildArguments, dialect_parser, level_parser};
use crate::settings::Overrides;

/// Arguments of `create`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points create acme/python --languages https://github.com/org/python-pytest?tag=3.7.4
  start-points create acme/katas --exercises @urls.txt --output dir:./katas
  start-points create try --languages . --work-tree    with uncommitted changes
  start-points create acme/python --languages --from urls.txt --offline
  start-points create acme/java --languages cyberdojostartpoints/java_junit:4edf92a
  start-points create ghcr.io/acme/python:1.0 --languages @urls.txt --push
  start-points create acme/python:1.0 --languages @urls.txt --output oci:image --base oci:base

All sources are checked first. If there is a fault, all faults are reported in the order of the \
sources, nothing is written, and the exit code is 1. An existing output is replaced atomically.

The same commits give the same image, byte for byte. Credentials come from docker's configuration.

A source is a source URL, or an image of a start-point made by `image pack`. It is a URL if it has \
a scheme or a user, begins with `.`, `/` or `~`, or exists on this machine; otherwise an image name \
with a tag or digest is an image.

A file lists one source per line; `#` begins a comment. Its paths are relative to the current folder.")]
pub(crate) struct CreateArguments {
    /// The catalogue's name, which is an image name
    pub name: String,
    #[command(flatten)]
    pub sources: SourceArguments,
    /// A file that lists further sources; repeatable
    #[arg(long, value_name = "FILE")]
    pub from: Vec<PathBuf>,
    /// Where to write the catalogue: dir:PATH, or oci:PATH for an image layout [default: a folder named after NAME;
    /// none with --push]
    #[arg(long, value_name = "OUTPUT")]
    pub output: Option<CatalogueOutput>,
    /// Push the catalogue as the image NAME, which needs a tag; refuses to overwrite a tag with other content
    #[arg(long, conflicts_with = "offline")]
    pub push: bool,
    /// The base image, in a registry or oci:PATH; its layers are mounted where the registry has them
    #[arg(long, value_name = "IMAGE")]
    pub base: Option<String>,
    /// Use the files of local repositories on disk rather than those of the commit
    #[arg(long)]
    pub work_tree: bool,
    /// How languages start-points get their image names: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// Set the level of a rule: off, info, warning, error; repeatable. If a source that cannot be fetched is not an
    /// error, the catalogue is built without it
    #[arg(long, value_name = "RULE=LEVEL", value_parser = level_parser(), hide_possible_values = true)]
    pub level: Vec<(String, Level)>,
    #[command(flatten)]
    pub build: BuildArguments,
}

/// The sources, all of one kind.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SourceArguments {
    /// Sources of languages start-points: source URLs, images, or @FILE with one per line
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    languages: Option<Vec<String>>,
    /// Sources of exercises
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    exercises: Option<Vec<String>>,
    /// Sources of custom start-points
    #[arg(long, value_name = "SOURCE", num_args = 0..)]
    custom: Option<Vec<String>>,
}

impl SourceArguments {
    /// The kind, and its sources.
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
