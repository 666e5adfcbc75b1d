//! `image`: the images of start-points.

mod inspect;
mod pack;

use std::path::Path;

use start_points::ImageName;
use start_points_oci::Cancel;

use crate::arguments::{ImageCommand, RegistryArguments};
use crate::error::{Failure, Outcome};
use crate::fetching::end_on_interrupt;
use crate::git;
use crate::output::{print, talk};
use crate::registry::{Registries, failure, pushed, source};

/// The most seconds for one image.
const SECONDS: u32 = 300;

pub(crate) fn run(command: &ImageCommand) -> Result<Outcome, Failure> {
    match command {
        ImageCommand::Pack(arguments) => pack::run(arguments),
        ImageCommand::Push { image, name, registry, quiet } => push(image, name, registry, *quiet),
        ImageCommand::Inspect { image, registry, format } => inspect::run(image, registry, *format),
        ImageCommand::Tag { folder, require_clean } => tag(folder, *require_clean),
    }
}

/// Registries that Ctrl-C ends.
pub(super) fn registries(arguments: &RegistryArguments, quiet: bool) -> Result<Registries, Failure> {
    let cancel = Cancel::default();
    end_on_interrupt(cancel.clone())?;
    Ok(Registries::open(arguments, SECONDS, &cancel, quiet))
}

fn push(
    image: &str,
    name: &ImageName,
    registry: &RegistryArguments,
    quiet: bool,
) -> Result<Outcome, Failure> {
    let registries = registries(registry, quiet)?;
    let stored = registries.image(&source(image)?)?;
    let image = stored.to_image().map_err(failure)?;
    let done =
        registries.watched(&format!("pushing {name}"), |client| client.push(name, &image, Some(&stored)))?;
    if !quiet {
        talk(&pushed(name, &done))?;
    }
    Ok(Outcome::Clean)
}

fn tag(folder: &Path, require_clean: bool) -> Result<Outcome, Failure> {
    let revision = git::revision(folder)?;
    if revision.dirty && require_clean {
        return git::tell_dirty();
    }
    print(&format!("{}\n", revision.tag()))?;
    Ok(Outcome::Clean)
}
