//! The arguments of `image`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use start_points::{DialectChoice, ImageName, RepoUrl};
use start_points_catalogue::Output;

use super::{GatherArguments, RegistryArguments, TextFormat};

/// What is done with an image.
#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// Make the image that holds only `start_point/` of a language + test-framework repository at its commit
    Pack(PackArguments),
    /// Push an image of a layout, or of another registry; a tag that is there with other content is refused
    #[command(after_help = "\
Examples:
  start-points image push ./packed cyberdojostartpoints/java_junit:4edf92a
  start-points image push ghcr.io/acme/katas:1.0 registry.example.com/katas:1.0")]
    Push {
        /// A layout, or an image in a registry
        image: String,
        /// What it is called there
        name: ImageName,
        #[command(flatten)]
        registry: RegistryArguments,
        /// Print nothing
        #[arg(long, short)]
        quiet: bool,
    },
    /// Show what is inside an image, and when it was made; exit code 1 where a registry has no such image
    #[command(after_help = "\
Of an image without the label org.cyber-dojo.start-point only the documents are read, and no layer.")]
    Inspect {
        /// oci:PATH, or an image in a registry
        image: String,
        #[command(flatten)]
        registry: RegistryArguments,
        /// Output format
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: TextFormat,
    },
    /// Print the tag of a repository's images at its commit: the sha7
    #[command(after_help = "\
Example:
  docker tag java_junit \"cyberdojofoundation/java_junit:$(start-points image tag)\"")]
    Tag {
        /// The repository
        #[arg(default_value = ".", value_name = "DIR")]
        folder: PathBuf,
        /// Refuse, with exit code 1, where the work tree differs from the commit
        #[arg(long)]
        require_clean: bool,
    },
}

/// Arguments of `image pack`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points image pack                           an image layout beside this repository's name
  start-points image pack --output oci:packed .
  start-points image pack --push                    cyberdojostartpoints/NAME:SHA7
  start-points image pack --push --name ghcr.io/acme/start-points/java_junit

The repository is checked first. The image is called as the one that the tests run in, in \
cyberdojostartpoints, with the sha7 as its tag; that one's tagged name is put into the manifest. \
Labels say where it comes from: the source URL, the commit, and when that was made. It is the \
same, byte for byte, whenever it is made of the same commit.")]
pub(crate) struct PackArguments {
    /// The repository: a folder, or a source URL
    #[arg(default_value = ".", value_name = "DIR")]
    pub repository: String,
    /// Where the image goes: oci:PATH [default: a layout named after the image; with --push nothing is written]
    #[arg(long, value_name = "OUTPUT")]
    pub output: Option<Output>,
    /// Push it; a tag that is there with other content is refused
    #[arg(long, conflicts_with = "offline")]
    pub push: bool,
    /// What it is called; without a tag it gets the sha7
    #[arg(long, value_name = "NAME")]
    pub name: Option<ImageName>,
    /// The source URL that its label tells [default: the repository's, of a folder that of its remote `origin`]
    #[arg(long, value_name = "URL")]
    pub source: Option<RepoUrl>,
    /// Take the files as they are on disk; what differs from the commit is marked `-dirty`
    #[arg(long)]
    pub work_tree: bool,
    /// Where the name of the tests' image comes from: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = super::words::dialect(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    #[command(flatten)]
    pub gather: GatherArguments,
}
