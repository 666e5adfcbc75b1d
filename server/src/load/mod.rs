//! From a source to what is served of it: read, checked by the engine, resolved, and written out once.

mod check;
mod files;
mod loaded;
mod written;

use start_points::check::Manifest;
use start_points::json::quoted;
use start_points::resolve::{Named, catalogue_names, resolve};
use start_points::{Dialect, Kind};
use start_points_catalogue::read::{self, Entry, ReadError};
use start_points_disk::files::shown;
use start_points_disk::repository::MAX_MANIFEST;
use start_points_image::{Registry, StoredImage, layout};

use crate::error::LoadError;
use crate::settings::Settings;
use crate::shas::durations::{self, Durations};
use crate::source::Source;

use files::{Beside, Unpacked};
use loaded::{CLOSE, OPEN, Origin};
pub(crate) use loaded::{Loaded, StartPoint};

/// Where an image holds its catalogue.
const FOLDER: &str = "app/repos";

/// Reads a catalogue and checks it.
pub(crate) fn load(settings: &Settings) -> Result<Loaded, LoadError> {
    match &settings.source {
        Source::Folder(folder) => from(folder.as_path(), settings.kind),
        Source::Layout(path) => {
            unpacked(&layout::open(path, None, settings.registry.limits.clone())?, settings)
        }
        Source::Image(name) => unpacked(&Registry::new(settings.registry.clone()).open(name)?, settings),
    }
}

fn unpacked(image: &StoredImage, settings: &Settings) -> Result<Loaded, LoadError> {
    let kind = settings.kind.or(image.inspect()?.kind());
    let contents = image.files(FOLDER)?;
    from(&Unpacked::new(settings.source.to_string(), contents), kind)
}

fn from(place: &(impl Beside + ?Sized), kind: Option<Kind>) -> Result<Loaded, LoadError> {
    let mut listing = match read::read(place, kind) {
        Ok(listing) => listing,
        // The report says where and why, and what else is wrong.
        Err(error @ ReadError::NotJson(_)) => return Err(check::check(place, kind)?.unwrap_or(error.into())),
        Err(error) => return Err(error.into()),
    };
    if listing.entries.is_empty() {
        return Err(LoadError::Empty(shown(&place.called(""))));
    }
    if let Some(faults) = check::check(place, Some(listing.kind))? {
        return Err(faults);
    }
    listing.entries.sort_by(|one, other| one.manifest.split('/').cmp(other.manifest.split('/')));
    let named: Vec<Named> = listing.entries.iter().map(|entry| entry.named.clone()).collect();
    let names = catalogue_names(&named)?;
    let mut manifests = String::from(OPEN);
    let mut start_points = Vec::with_capacity(listing.entries.len());
    for (entry, name) in listing.entries.into_iter().zip(names.in_order()) {
        if !start_points.is_empty() {
            manifests.push(',');
        }
        manifests.push_str(&quoted(name));
        manifests.push(':');
        start_points.push(one(place, listing.kind, entry, name, &mut manifests)?);
    }
    manifests.push_str(CLOSE);
    Ok(Loaded::new(listing.kind, names, start_points, manifests))
}

fn one(
    place: &(impl Beside + ?Sized),
    kind: Kind,
    entry: Entry,
    name: &str,
    text: &mut String,
) -> Result<StartPoint, LoadError> {
    let path = entry.manifest;
    let failed = |error| LoadError::NoImageName { manifest: shown(&place.called(&path)), error };
    let image_name = entry.image_name.map_err(failed)?;
    let bytes = place.bytes(&path, MAX_MANIFEST)?.unwrap_or_default();
    let manifest = Manifest::parse(path.as_str(), &bytes);
    let document = manifest.document().ok_or_else(|| ReadError::NotJson(place.called(&path)))?;
    let files = place.files(&path, &manifest);
    // The name is resolved already; here it only needs to be let through.
    let resolved = resolve(document, &files, kind, Dialect::Derived, image_name.as_deref(), None, None)
        .map_err(failed)?;
    let written = written::append(text, &resolved, name, image_name.as_deref());
    let origin = Origin {
        display_name: entry.named.display_name,
        url: entry.url,
        sha: entry.revision.map(|revision| revision.to_string()),
    };
    let durations = match image_name {
        Some(_) => place.bytes(
            &start_points::layout::join(start_points::layout::folder(&path), durations::FILE),
            durations::MAX_BYTES,
        ),
        None => Ok(None),
    };
    // What they say is shown, and nothing else hangs on it: bad ones are none.
    let durations = durations.ok().flatten().and_then(|bytes| Durations::parse(&bytes));
    Ok(StartPoint { written, origin, tag: entry.tag, image_name, durations })
}
