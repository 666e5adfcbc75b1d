//! `image`: the images of start-points.

mod inspect;
mod pack;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use start_points::ImageName;

use crate::arguments::TextFormat;
use crate::error::{CliError, CommandOutcome};
use crate::git;
use crate::output::{eprint_line, print};
use crate::registry::{Registries, RegistryArguments, failure, pushed, source};

/// Subcommands of `image`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// Pack the `start_point/` of a languages repository, at its commit, into an image
    Pack(pack::PackArguments),
    /// Push an image from a layout or another registry; refuses to overwrite a tag with other content
    #[command(after_help = "\
Examples:
  start-points image push ./packed cyberdojostartpoints/java_junit:4edf92a
  start-points image push ghcr.io/acme/katas:1.0 registry.example.com/katas:1.0")]
    Push {
        /// An image layout, or an image in a registry
        image: String,
        /// The name to push it as
        name: ImageName,
        #[command(flatten)]
        registry: RegistryArguments,
        /// Print nothing
        #[arg(long, short)]
        quiet: bool,
    },
    /// Show the contents of an image, and when it was created; exit code 1 if the registry has no such image
    #[command(after_help = "\
The layers of an image are read only if it has the label org.cyber-dojo.start-point.")]
    Inspect {
        /// oci:PATH, or an image in a registry
        image: String,
        #[command(flatten)]
        registry: RegistryArguments,
        /// Output format
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: TextFormat,
    },
    /// Print the tag of a repository's images: the first 7 characters of its commit
    #[command(after_help = "\
Example:
  docker tag java_junit \"cyberdojofoundation/java_junit:$(start-points image tag)\"")]
    Tag {
        /// The repository
        #[arg(default_value = ".", value_name = "DIR")]
        folder: PathBuf,
        /// Fail with exit code 1 if the work tree differs from the commit
        #[arg(long)]
        require_clean: bool,
    },
}

pub(crate) fn run(command: &ImageCommand) -> Result<CommandOutcome, CliError> {
    match command {
        ImageCommand::Pack(arguments) => pack::run(arguments),
        ImageCommand::Push { image, name, registry, quiet } => push(image, name, registry, *quiet),
        ImageCommand::Inspect { image, registry, format } => inspect::run(image, registry, *format),
        ImageCommand::Tag { folder, require_clean } => tag(folder, *require_clean),
    }
}

fn push(
    image: &str,
    name: &ImageName,
    registry: &RegistryArguments,
    quiet: bool,
) -> Result<CommandOutcome, CliError> {
    let registries = Registries::interruptible(registry, quiet)?;
    let stored = registries.image(&source(image)?)?;
    let image = stored.to_image().map_err(failure)?;
    let done =
        registries.watched(&format!("pushing {name}"), |client| client.push(name, &image, Some(&stored)))?;
    if !quiet {
        eprint_line(&pushed(name, &done))?;
    }
    Ok(CommandOutcome::Clean)
}

fn tag(folder: &Path, require_clean: bool) -> Result<CommandOutcome, CliError> {
    let revision = git::revision(folder)?;
    if revision.dirty && require_clean {
        return git::tell_dirty();
    }
    print(&format!("{}\n", revision.tag()))?;
    Ok(CommandOutcome::Clean)
}
