//! `create`: many repositories become a catalogue, all or nothing.

mod arguments;
mod outputs;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use start_points::{ImageName, render};
use start_points_catalogue::{
    CatalogueOptions, CheckedCatalogue, PulledStartPoint, SourceResult, check, start_point_limits,
};
use start_points_oci::registry::TransferWatch;
use start_points_oci::{OciError, OciErrorKind};

use crate::error::{CliError, CommandOutcome, interrupted};
use crate::fetching::FetchSession;
use crate::output::{eprint_line, print_report};
use crate::progress::Progress;
use crate::registry::{self, Registries};
use crate::settings::{Overrides, read_settings};
use crate::sources::{self, Named};
pub(crate) use arguments::CreateArguments;
use outputs::Outputs;
use start_points_workspace::settings_folder;

pub(crate) fn run(arguments: &CreateArguments) -> Result<CommandOutcome, CliError> {
    let outputs = Outputs::of(arguments)?;
    let (kind, named) = arguments.sources.given();
    let named = sources::named(named, &arguments.from)?;
    let here = settings_folder(Path::new("."));
    let settings = read_settings(here.as_deref(), &Overrides::from(arguments))?;
    let fetching = FetchSession::open(arguments.build.fetch, arguments.work_tree, arguments.build.quiet)?;
    let (cancel, seconds) = (fetching.cancel(), arguments.build.fetch.timeout);
    let registries = Registries::open(&arguments.build.registry, seconds, cancel, arguments.build.quiet);
    let base = outputs.base(&registries)?;
    let options = CatalogueOptions { kind, dialect: settings.dialect, levels: settings.levels };
    let gathered = gather(&named, arguments, &fetching, &registries)?;
    let CheckedCatalogue { report, sources, catalogue } = check(&gathered, &options);
    print_report(&report, &sources, settings.format, &str::to_owned)?;
    if !arguments.build.quiet {
        eprint_line(&render::summary(report.summary()))?;
    }
    let Some(catalogue) = catalogue else {
        if !arguments.build.quiet {
            eprint_line("nothing was written")?;
        }
        return Ok(CommandOutcome::Faults);
    };
    let did = outputs.write(&catalogue, base.as_ref(), &registries, cancel)?;
    if !arguments.build.quiet {
        did.iter().try_for_each(|line| eprint_line(line))?;
        outputs.tell_if_inside(&named)?;
    }
    Ok(CommandOutcome::Clean)
}

/// Fetches repositories and pulls images; what became of them, in the order in which they are named.
fn gather(
    named: &[Named],
    arguments: &CreateArguments,
    fetching: &FetchSession,
    registries: &Registries,
) -> Result<Vec<SourceResult>, CliError> {
    let (mut urls, mut images) = (Vec::new(), Vec::new());
    for source in named {
        match source {
            Named::Url(url) => urls.push(url.clone()),
            Named::Image(name) => images.push(name.clone()),
        }
    }
    let mut fetched = fetching.fetch_all(&urls)?.into_iter();
    let mut pulled = pull(&images, arguments, fetching, registries)?.into_iter();
    let gathered = named.iter().filter_map(|source| match source {
        Named::Url(_) => Some(SourceResult::from_repository(fetched.next()?)),
        Named::Image(name) => Some(SourceResult::from_image(name.to_string(), pulled.next()?)),
    });
    Ok(gathered.collect())
}

fn pull(
    names: &[ImageName],
    arguments: &CreateArguments,
    fetching: &FetchSession,
    registries: &Registries,
) -> Result<Vec<Result<PulledStartPoint, OciError>>, CliError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut limits = start_point_limits();
    limits.time = Duration::from_secs(arguments.build.fetch.timeout.into());
    // Concurrent pulls are counted by images, not by bytes.
    let client = registries.client.with_limits(limits, TransferWatch::default());
    let puller = fetching.puller(&client, arguments.build.fetch);
    let progress = Mutex::new(Progress::of(names.len(), "images", arguments.build.quiet));
    let lock = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let pulled = puller.pull_all(names, &|name| lock().step(&name.to_string()));
    lock().finish();
    if fetching.cancel().is_cancelled() {
        return Err(interrupted());
    }
    let of_machine = |error: &&OciError| matches!(error.kind(), OciErrorKind::Io(_));
    match pulled.iter().filter_map(|pulled| pulled.as_ref().err()).find(of_machine) {
        Some(error) => Err(registry::failure(error.clone())),
        None => Ok(pulled),
    }
}
