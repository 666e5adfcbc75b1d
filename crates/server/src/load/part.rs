//! A part of a catalogue: each start-point read once, judged, resolved, and written out.

use start_points::Kind;
use start_points::check::{CheckOptions, Checker, StartPoint};
use start_points::json::{MAX_BYTES, quoted};
use start_points::kind::Dialect;
use start_points::resolve::resolve;
use start_points_catalogue::read::{self, Entry, Place, ReadError};
use start_points_workspace::path::shown;

use super::loaded::{self, Origin};
use super::written;
use crate::error::LoadError;
use crate::shas::durations;

/// What became of some start-points.
pub(super) struct Part {
    /// `NAME:{…},NAME:{…}`
    text: String,
    start_points: Vec<loaded::StartPoint>,
    checker: Checker,
    failed: Option<LoadError>,
}

impl Part {
    /// Where names are wanting, start-points are only judged.
    pub(super) fn write(place: &dyn Place, kind: Kind, entries: Vec<Entry>, names: &[String]) -> Self {
        let (text, start_points) = (String::new(), Vec::new());
        let mut part = Self { text, start_points, checker: checker(place), failed: None };
        for (index, entry) in entries.into_iter().enumerate() {
            let path = entry.manifest.clone();
            let (text, start_points) = (&mut part.text, &mut part.start_points);
            let judged = judged(place, Some(kind), &path, &mut part.checker, |start_point| {
                let Some(name) = names.get(index) else { return Ok(()) };
                let served = one(place, entry, name, text, start_point)?;
                let durations = durations::beside(place, &path);
                start_points.push(loaded::StartPoint { durations, ..served });
                Ok(())
            });
            if let Err(error) = judged {
                part.failed.get_or_insert(error);
            }
        }
        part
    }

    /// Adds this to what comes before it; of what failed the first is reported.
    pub(super) fn append(
        self,
        text: &mut String,
        start_points: &mut Vec<loaded::StartPoint>,
        checker: &mut Checker,
        failed: &mut Option<LoadError>,
    ) {
        if !start_points.is_empty() && !self.start_points.is_empty() {
            text.push(',');
        }
        let by = text.len();
        text.push_str(&self.text);
        let moved = self.start_points.into_iter().map(|start_point| {
            let written = start_point.written.moved(by);
            loaded::StartPoint { written, ..start_point }
        });
        start_points.extend(moved);
        checker.join(self.checker);
        if let Some(error) = self.failed {
            failed.get_or_insert(error);
        }
    }
}

/// What stops a catalogue from being served, and nothing else; its paths are those that messages show.
pub(super) fn checker(place: &dyn Place) -> Checker {
    let mut checker = Checker::of_errors();
    checker.begin_folder(shown(&place.called("")).trim_end_matches('/'));
    checker
}

/// Reads a manifest with its files and judges it; a good one is handed on.
pub(super) fn judged(
    place: &dyn Place,
    kind: Option<Kind>,
    path: &str,
    checker: &mut Checker,
    take: impl FnOnce(&StartPoint<'_>) -> Result<(), LoadError>,
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
    if is_good { take(&start_point) } else { Ok(()) }
}

fn one(
    place: &dyn Place,
    entry: Entry,
    name: &str,
    text: &mut String,
    start_point: &StartPoint<'_>,
) -> Result<loaded::StartPoint, LoadError> {
    let path = place.called(&entry.manifest);
    let failed = |error| LoadError::NoImageName { manifest: shown(&path), error };
    let image_name = entry.image_name.map_err(failed)?;
    let document = start_point.manifest.document().ok_or_else(|| ReadError::NotJson(path.clone()))?;
    // The name is resolved already; here it only needs to be let through.
    let (files, kind) = (&start_point.files, start_point.kind);
    let resolved = resolve(document, files, kind, Dialect::Derived, image_name.as_deref(), None, None)
        .map_err(failed)?;
    if !text.is_empty() {
        text.push(',');
    }
    text.push_str(&quoted(name));
    text.push(':');
    let written = written::append(text, &resolved, name, image_name.as_deref());
    let origin = Origin {
        display_name: entry.named.display_name,
        url: entry.url,
        sha: entry.revision.map(|revision| revision.to_string()),
    };
    Ok(loaded::StartPoint { written, origin, tag: entry.tag, image_name, durations: None })
}
