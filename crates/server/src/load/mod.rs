//! Loads a catalogue: read from its source, checked, resolved, and written out once.

pub(crate) mod catalogue;

use std::num::NonZeroUsize;
use std::thread;

use start_points::Kind;
use start_points::check::{CheckOptions, CheckOutput, Checker, StartPoint};
use start_points::json::MAX_BYTES;
use start_points::kind::Dialect;
use start_points::resolve::{NameParts, catalogue_names, resolve};
use start_points_catalogue::read::{
    self, CatalogueEntry, CatalogueFiles, FolderFiles, MemoryFiles, ReadError,
};
use start_points_catalogue::{CatalogueSource, FOLDER};
use start_points_oci::{ImageReader, Registry, layout};
use start_points_workspace::path::shown;

use crate::error::{CatalogueFaults, LoadError};
use crate::settings::ServerSettings;
use crate::shas::durations;

use catalogue::{CLOSE, LoadedCatalogue, LoadedStartPoint, ManifestRange, OPEN, Origin, json_string};

/// More threads only wait for one another and for the disk.
const MAX_THREADS: usize = 8;

/// Fewer start-points are not worth a thread.
const MIN_CHUNK: usize = 200;

/// Reads a catalogue and checks it.
pub(crate) fn load(settings: &ServerSettings) -> Result<LoadedCatalogue, LoadError> {
    match &settings.source {
        CatalogueSource::Folder(folder) => load_place(&FolderFiles::new(folder), settings.kind),
        CatalogueSource::Layout { path, tag } => {
            let image = layout::open(path, tag.as_deref(), settings.registry.limits.clone())?;
            load_image(&image, settings)
        }
        CatalogueSource::Image(name) => {
            load_image(&Registry::new(settings.registry.clone()).open(name)?, settings)
        }
    }
}

fn load_image(image: &ImageReader, settings: &ServerSettings) -> Result<LoadedCatalogue, LoadError> {
    let kind = settings.kind.or(image.inspect()?.kind());
    let contents = image.files(FOLDER)?;
    load_place(&MemoryFiles::new(settings.source.to_string(), contents), kind)
}

fn load_place(place: &dyn CatalogueFiles, kind: Option<Kind>) -> Result<LoadedCatalogue, LoadError> {
    let mut listing = match read::read(place, kind) {
        Ok(listing) => listing,
        // The report says where and why, and what else is wrong.
        Err(error @ ReadError::NotJson(_)) => return Err(check_unlisted(place, kind, error)?),
        Err(error) => return Err(error.into()),
    };
    if listing.entries.is_empty() {
        return Err(LoadError::Empty(shown(&place.display_path(""))));
    }
    listing.entries.sort_by(|a, b| a.manifest.split('/').cmp(b.manifest.split('/')));
    let named: Vec<NameParts> = listing.entries.iter().map(|entry| entry.named.clone()).collect();
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
fn check_unlisted(
    place: &dyn CatalogueFiles,
    kind: Option<Kind>,
    error: ReadError,
) -> Result<LoadError, LoadError> {
    let mut checker = new_checker(place);
    for (_, path) in place.manifests()? {
        check_manifest(place, kind, &path, &mut checker, |_| Ok(()))?;
    }
    Ok(faults_of(place, checker).map_or(error.into(), |faults| LoadError::Faults(Box::new(faults))))
}

/// The errors found, if any, including those about names across the catalogue.
fn faults_of(place: &dyn CatalogueFiles, checker: Checker) -> Option<CatalogueFaults> {
    let top = shown(&place.display_path(""));
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

/// A chunk of a catalogue: its start-points are read once, checked, resolved, and written out.
struct Chunk {
    /// `NAME:{…},NAME:{…}`
    text: String,
    start_points: Vec<LoadedStartPoint>,
    checker: Checker,
    failed: Option<LoadError>,
}

impl Chunk {
    /// Loads the entries. Without names (two are the same, say) start-points are only checked.
    fn load(place: &dyn CatalogueFiles, kind: Kind, entries: Vec<CatalogueEntry>, names: &[String]) -> Self {
        let (text, start_points) = (String::new(), Vec::new());
        let mut chunk = Self { text, start_points, checker: new_checker(place), failed: None };
        for (index, entry) in entries.into_iter().enumerate() {
            let path = entry.manifest.clone();
            let (text, start_points) = (&mut chunk.text, &mut chunk.start_points);
            let result = check_manifest(place, Some(kind), &path, &mut chunk.checker, |start_point| {
                let Some(name) = names.get(index) else { return Ok(()) };
                let mut loaded = append_start_point(place, entry, name, text, start_point)?;
                loaded.durations = durations::beside_manifest(place, &path);
                start_points.push(loaded);
                Ok(())
            });
            if let Err(error) = result {
                chunk.failed.get_or_insert(error);
            }
        }
        chunk
    }

    /// Appends this to the chunks before it; the first failure counts.
    fn append_to(
        self,
        text: &mut String,
        start_points: &mut Vec<LoadedStartPoint>,
        checker: &mut Checker,
        failed: &mut Option<LoadError>,
    ) {
        if !start_points.is_empty() && !self.start_points.is_empty() {
            text.push(',');
        }
        let by = text.len();
        text.push_str(&self.text);
        start_points.extend(self.start_points.into_iter().map(|start_point| {
            let manifest = start_point.manifest.moved(by);
            LoadedStartPoint { manifest, ..start_point }
        }));
        checker.join(self.checker);
        if let Some(error) = self.failed {
            failed.get_or_insert(error);
        }
    }
}

/// A checker for errors alone, whose paths are those that messages show.
fn new_checker(place: &dyn CatalogueFiles) -> Checker {
    let mut checker = Checker::of_errors();
    checker.begin_folder(shown(&place.display_path("")).trim_end_matches('/'));
    checker
}

/// Reads a manifest with its files and checks it; passes a start-point without errors on.
fn check_manifest(
    place: &dyn CatalogueFiles,
    kind: Option<Kind>,
    path: &str,
    checker: &mut Checker,
    use_start_point: impl FnOnce(&StartPoint<'_>) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let options = CheckOptions { kind, ..CheckOptions::default() };
    let bytes = match read::bytes(place, path, MAX_BYTES) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            checker.unreadable_manifest(path, &error.to_string(), &options);
            return Ok(());
        }
    };
    let start_point = StartPoint::read(place, path, &bytes, &options);
    let mut is_good = checker.start_point(&start_point, &options);
    if (start_point.kind, start_point.dialect) == (Kind::Languages, Dialect::Derived)
        && let Some(docker) = &start_point.docker
    {
        is_good &= checker.docker(place, &docker.path, &options);
    }
    if is_good { use_start_point(&start_point) } else { Ok(()) }
}

fn append_start_point(
    place: &dyn CatalogueFiles,
    entry: CatalogueEntry,
    name: &str,
    text: &mut String,
    start_point: &StartPoint<'_>,
) -> Result<LoadedStartPoint, LoadError> {
    let path = place.display_path(&entry.manifest);
    let failed = |error| LoadError::NoImageName { manifest: shown(&path), error };
    let image_name = entry.image_name.map_err(failed)?;
    let document = start_point.manifest.document().ok_or_else(|| ReadError::NotJson(path.clone()))?;
    // The image name is resolved already; `Derived` lets it through as it is.
    let (files, kind) = (&start_point.files, start_point.kind);
    let resolved = resolve(document, files, kind, Dialect::Derived, image_name.as_deref(), None, None)
        .map_err(failed)?;
    if !text.is_empty() {
        text.push(',');
    }
    text.push_str(&json_string(name));
    text.push(':');
    let manifest = ManifestRange::append(text, &resolved, name, image_name.as_deref());
    let origin = Origin {
        display_name: entry.named.display_name,
        url: entry.url,
        sha: entry.revision.map(|revision| revision.to_string()),
    };
    Ok(LoadedStartPoint { manifest, origin, tag: entry.tag, image_name, durations: None })
}
