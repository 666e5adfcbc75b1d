//! From a source to what is served of it: read, checked by the engine, resolved, and written out once.

mod loaded;
mod part;
mod written;

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

use crate::error::{Faults, LoadError};
use crate::settings::Settings;

use loaded::{CLOSE, OPEN};
pub(crate) use loaded::{Loaded, StartPoint};
use part::Part;

/// Reads a catalogue and checks it.
pub(crate) fn load(settings: &Settings) -> Result<Loaded, LoadError> {
    match &settings.source {
        Source::Folder(folder) => from(&Folder::new(folder), settings.kind),
        Source::Layout { path, tag } => {
            unpacked(&layout::open(path, tag.as_deref(), settings.registry.limits.clone())?, settings)
        }
        Source::Image(name) => unpacked(&Registry::new(settings.registry.clone()).open(name)?, settings),
    }
}

fn unpacked(image: &StoredImage, settings: &Settings) -> Result<Loaded, LoadError> {
    let kind = settings.kind.or(image.inspect()?.kind());
    let contents = image.files(FOLDER)?;
    from(&Held::new(settings.source.to_string(), contents), kind)
}

fn from(place: &dyn Place, kind: Option<Kind>) -> Result<Loaded, LoadError> {
    let mut listing = match read::read(place, kind) {
        Ok(listing) => listing,
        // The report says where and why, and what else is wrong.
        Err(error @ ReadError::NotJson(_)) => return Err(faults(place, kind, error)?),
        Err(error) => return Err(error.into()),
    };
    if listing.entries.is_empty() {
        return Err(LoadError::Empty(shown(&place.called(""))));
    }
    listing.entries.sort_by(|one, other| one.manifest.split('/').cmp(other.manifest.split('/')));
    let named: Vec<Named> = listing.entries.iter().map(|entry| entry.named.clone()).collect();
    // Where two are called the same, the report says so.
    let names = catalogue_names(&named);
    let in_order = names.as_ref().map_or(&[][..], |names| names.in_order());
    let parts = parallel(listing.entries, |index, entries| {
        let names = in_order.get(index..).unwrap_or_default();
        Part::write(place, listing.kind, entries, names)
    });
    let mut manifests = String::from(OPEN);
    let mut start_points = Vec::new();
    let mut checker = Checker::of_errors();
    let mut failed = None;
    for part in parts {
        part.append(&mut manifests, &mut start_points, &mut checker, &mut failed);
    }
    match (found(place, checker), failed) {
        (Some(faults), _) => return Err(LoadError::Faults(Box::new(faults))),
        (None, Some(error)) => return Err(error),
        (None, None) => {}
    }
    manifests.push_str(CLOSE);
    Ok(Loaded::new(listing.kind, names?, start_points, manifests))
}

/// What the engine says of a catalogue that cannot be listed; what stopped the listing where it says nothing.
fn faults(place: &dyn Place, kind: Option<Kind>, error: ReadError) -> Result<LoadError, LoadError> {
    let mut checker = part::checker(place);
    for (_, path) in place.manifests()? {
        part::judged(place, kind, &path, &mut checker, |_| Ok(()))?;
    }
    Ok(found(place, checker).map_or(error.into(), |faults| LoadError::Faults(Box::new(faults))))
}

/// Every error, where there is one, those of all names together among them.
fn found(place: &dyn Place, checker: Checker) -> Option<Faults> {
    let top = shown(&place.called(""));
    let CheckOutput { report, sources, .. } = checker.finish(&|path| {
        let path = path.strip_prefix(top.trim_end_matches('/'))?.strip_prefix('/')?;
        read::bytes(place, path, MAX_BYTES).ok().flatten()
    });
    (!report.is_clean()).then_some(Faults { report, sources })
}

/// Does work on parts of a list, on as many threads as there are processors; the results are in order.
fn parallel<T: Send, R: Send>(list: Vec<T>, work: impl Fn(usize, Vec<T>) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
    let size = list.len().div_ceil(threads).max(FEWEST);
    let mut parts = Vec::new();
    let mut list = list.into_iter();
    for index in (0..list.len()).step_by(size) {
        parts.push((index, list.by_ref().take(size).collect::<Vec<_>>()));
    }
    let work = &work;
    thread::scope(|scope| {
        let mut parts = parts.into_iter();
        let first = parts.next();
        let others: Vec<_> = parts.map(|(index, part)| scope.spawn(move || work(index, part))).collect();
        let first = first.map(|(index, part)| work(index, part));
        // A thread that panicked has nothing to answer; the others are waited for all the same.
        first.into_iter().chain(others.into_iter().filter_map(|other| other.join().ok())).collect()
    })
}

/// More threads wait for one another, and for the disk.
const MOST_THREADS: usize = 8;

/// Fewer start-points are not worth a thread.
const FEWEST: usize = 200;
