//! A chunk of a catalogue: each of its start-points read once, checked, resolved, and written out.

use start_points::Kind;
use start_points::check::{CheckOptions, Checker, StartPoint};
use start_points::json::MAX_BYTES;
use start_points::kind::Dialect;
use start_points::resolve::resolve;
use start_points_catalogue::read::{self, Entry, Place, ReadError};
use start_points_workspace::path::shown;

use super::catalogue::{LoadedStartPoint, ManifestRange, Origin, json_string};
use crate::error::LoadError;
use crate::shas::durations;

/// Some start-points of a catalogue, loaded.
pub(super) struct Chunk {
    /// `NAME:{…},NAME:{…}`
    text: String,
    start_points: Vec<LoadedStartPoint>,
    checker: Checker,
    failed: Option<LoadError>,
}

impl Chunk {
    /// Loads the entries. Without names (two are the same, say) start-points are only checked.
    pub(super) fn load(place: &dyn Place, kind: Kind, entries: Vec<Entry>, names: &[String]) -> Self {
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
    pub(super) fn append_to(
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
pub(super) fn new_checker(place: &dyn Place) -> Checker {
    let mut checker = Checker::of_errors();
    checker.begin_folder(shown(&place.called("")).trim_end_matches('/'));
    checker
}

/// Reads a manifest with its files and checks it; passes a start-point without errors on.
pub(super) fn check_manifest(
    place: &dyn Place,
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
    place: &dyn Place,
    entry: Entry,
    name: &str,
    text: &mut String,
    start_point: &StartPoint<'_>,
) -> Result<LoadedStartPoint, LoadError> {
    let path = place.called(&entry.manifest);
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
