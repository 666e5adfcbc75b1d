//! Having the sources of a catalogue: repositories are fetched, images are pulled.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use start_points::ImageName;
use start_points_catalogue::{Gathered, cdsp};
use start_points_oci::{Cause, ImageError};

use crate::arguments::CreateArguments;
use crate::error::Failure;
use crate::fetching::{Fetching, interrupted};
use crate::progress::Progress;
use crate::registry::{self, Registries};
use crate::sources::Named;

/// Fetches repositories and pulls images; what became of them, in the order in which they are named.
pub(super) fn gather(
    named: &[Named],
    arguments: &CreateArguments,
    fetching: &Fetching,
) -> Result<Vec<Gathered>, Failure> {
    let (mut urls, mut images) = (Vec::new(), Vec::new());
    for source in named {
        match source {
            Named::Url(url) => urls.push(url.clone()),
            Named::Image(name) => images.push(name.clone()),
        }
    }
    let mut fetched = fetching.fetch_all(&urls)?.into_iter();
    let mut pulled = pull(&images, arguments, fetching)?.into_iter();
    let gathered = named.iter().filter_map(|source| match source {
        Named::Url(_) => Some(Gathered::from(fetched.next()?)),
        Named::Image(name) => Some(Gathered::from((name.to_string(), pulled.next()?))),
    });
    Ok(gathered.collect())
}

fn pull(
    names: &[ImageName],
    arguments: &CreateArguments,
    fetching: &Fetching,
) -> Result<Vec<Result<cdsp::Pulled, ImageError>>, Failure> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut limits = cdsp::limits();
    limits.time = Duration::from_secs(arguments.gather.fetch.timeout.into());
    // Several at once are counted by images, not by bytes.
    let registries = Registries::within(limits, &arguments.gather.registry, fetching.cancel(), true);
    let puller = fetching.puller(&registries.client, arguments.gather.fetch);
    let progress = Mutex::new(Progress::of(names.len(), "images", arguments.gather.quiet));
    let lock = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let pulled = puller.pull_all(names, &|name| lock().step(&name.to_string()));
    lock().finish();
    if fetching.cancel().is_cancelled() {
        return Err(interrupted());
    }
    let of_machine = |error: &&ImageError| matches!(error.cause(), Cause::Io(_));
    match pulled.iter().filter_map(|pulled| pulled.as_ref().err()).find(of_machine) {
        Some(error) => Err(registry::failure(error.clone())),
        None => Ok(pulled),
    }
}
