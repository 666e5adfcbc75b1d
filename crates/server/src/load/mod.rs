//! Loads a catalogue: read from its source, checked, resolved, and written out once.

pub(crate) mod catalogue;
mod chunk;

use std::num::NonZeroUsize;
use std::thread;

use start_points::Kind;
use start_points::check::{CheckOutput, Checker};
use start_points::json::MAX_BYTES;
use start_points::resolve::{Named, catalogue_names};
use start_points_catalogue::read::{self, Folder, Held, Place, ReadError};
use start_points_catalogue::{FOLDER, Source};
use start_points_oci::{Registry, StoredImage, layout};
use start_points_workspace::path::shown;

use crate::error::{CatalogueFaults, LoadError};
use crate::settings::ServerSettings;

use catalogue::{CLOSE, LoadedCatalogue, OPEN};
use chunk::Chunk;

/// More threads only wait for one another and for the disk.
const MAX_THREADS: usize = 8;

/// Fewer start-points are not worth a thread.
const MIN_CHUNK: usize = 200;

/// Reads a catalogue and checks it.
pub(crate) fn load(settings: &ServerSettings) -> Result<LoadedCatalogue, LoadError> {
    match &settings.source {
        Source::Folder(folder) => load_place(&Folder::new(folder), settings.kind),
        Source::Layout { path, tag } => {
            let image = layout::open(path, tag.as_deref(), settings.registry.limits.clone())?;
            load_image(&image, settings)
        }
        Source::Image(name) => load_image(&Registry::new(settings.registry.clone()).open(name)?, settings),
    }
}

fn load_image(image: &StoredImage, settings: &ServerSettings) -> Result<LoadedCatalogue, LoadError> {
    let kind = settings.kind.or(image.inspect()?.kind());
    let contents = image.files(FOLDER)?;
    load_place(&Held::new(settings.source.to_string(), contents), kind)
}

fn load_place(place: &dyn Place, kind: Option<Kind>) -> Result<LoadedCatalogue, LoadError> {
    let mut listing = match read::read(place, kind) {
        Ok(listing) => listing,
        // The report says where and why, and what else is wrong.
        Err(error @ ReadError::NotJson(_)) => return Err(check_unlisted(place, kind, error)?),
        Err(error) => return Err(error.into()),
    };
    if listing.entries.is_empty() {
        return Err(LoadError::Empty(shown(&place.called(""))));
    }
    listing.entries.sort_by(|a, b| a.manifest.split('/').cmp(b.manifest.split('/')));
    let named: Vec<Named> = listing.entries.iter().map(|entry| entry.named.clone()).collect();
    // Duplicate names are an error of the report, which has to be made first.
    let names = catalogue_names(&named);
    let in_order = names.as_ref().map_or(&[][..], |names| names.in_order());
    let chunks = in_parallel(listing.entries, |index, entries| {
        let names = in_order.get(index..).unwrap_or_default();
        Chunk::load(place, listing.kind, entries, names)
    });
    let mut manifests = String::from(OPEN);
    let mut start_points = Vec::new();
    let mut checker = Checker::of_errors();
    let mut failed = None;
    for chunk in chunks {
        chunk.append_to(&mut manifests, &mut start_points, &mut checker, &mut failed);
    }
    match (faults_of(place, checker), failed) {
        (Some(faults), _) => return Err(LoadError::Faults(Box::new(faults))),
        (None, Some(error)) => return Err(error),
        (None, None) => {}
    }
    manifests.push_str(CLOSE);
    Ok(LoadedCatalogue::new(listing.kind, names?, start_points, manifests))
}

/// The report on a catalogue that cannot be listed, or else the error that stopped the listing.
fn check_unlisted(place: &dyn Place, kind: Option<Kind>, error: ReadError) -> Result<LoadError, LoadError> {
    let mut checker = chunk::new_checker(place);
    for (_, path) in place.manifests()? {
        chunk::check_manifest(place, kind, &path, &mut checker, |_| Ok(()))?;
    }
    Ok(faults_of(place, checker).map_or(error.into(), |faults| LoadError::Faults(Box::new(faults))))
}

/// The errors found, if any, including those about names across the catalogue.
fn faults_of(place: &dyn Place, checker: Checker) -> Option<CatalogueFaults> {
    let top = shown(&place.called(""));
    let CheckOutput { report, sources, .. } = checker.finish(&|path| {
        let path = path.strip_prefix(top.trim_end_matches('/'))?.strip_prefix('/')?;
        read::bytes(place, path, MAX_BYTES).ok().flatten()
    });
    (!report.is_clean()).then_some(CatalogueFaults { report, sources })
}

/// Works on chunks of a list, on as many threads as there are processors; the results are in order.
fn in_parallel<T: Send, R: Send>(list: Vec<T>, work: impl Fn(usize, Vec<T>) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MAX_THREADS);
    let size = list.len().div_ceil(threads).max(MIN_CHUNK);
    let mut chunks = Vec::new();
    let mut list = list.into_iter();
    for index in (0..list.len()).step_by(size) {
        chunks.push((index, list.by_ref().take(size).collect::<Vec<_>>()));
    }
    let work = &work;
    thread::scope(|scope| {
        let mut chunks = chunks.into_iter();
        let first = chunks.next();
        let others: Vec<_> = chunks.map(|(index, chunk)| scope.spawn(move || work(index, chunk))).collect();
        let first = first.map(|(index, chunk)| work(index, chunk));
        // A thread that panicked has no result; the others are joined all the same.
        first.into_iter().chain(others.into_iter().filter_map(|other| other.join().ok())).collect()
    })
}
