//! A part of a catalogue: each start-point read once, judged, resolved, and written out.

use start_points::check::Manifest;
use start_points::files::Files;
use start_points::json::quoted;
use start_points::resolve::resolve;
use start_points::{Dialect, Kind};
use start_points_catalogue::read::{Entry, ReadError};
use start_points_disk::files::shown;
use start_points_disk::repository::MAX_MANIFEST;

use super::check::Verdict;
use super::files::Beside;
use super::loaded::{Origin, StartPoint};
use super::written;
use crate::error::LoadError;
use crate::shas::durations;

/// What became of some start-points.
#[derive(Default)]
pub(super) struct Part {
    /// `NAME:{…},NAME:{…}`
    text: String,
    start_points: Vec<StartPoint>,
    verdict: Verdict,
    failed: Option<LoadError>,
}

impl Part {
    /// Where names are wanting, start-points are only judged.
    pub(super) fn write(
        place: &(impl Beside + ?Sized),
        kind: Kind,
        entries: Vec<Entry>,
        names: &[String],
    ) -> Self {
        let mut part = Self::default();
        for (index, entry) in entries.into_iter().enumerate() {
            let path = entry.manifest.clone();
            let at = path.as_str();
            let (text, start_points) = (&mut part.text, &mut part.start_points);
            let judged = judged(place, Some(kind), &path, &mut part.verdict, |manifest, files, path| {
                let Some(name) = names.get(index) else { return Ok(()) };
                let start_point = one(kind, entry, name, text, manifest, files, path)?;
                start_points.push(StartPoint { durations: durations::beside(place, at), ..start_point });
                Ok(())
            });
            if let Err(error) = judged {
                part.failed.get_or_insert(error);
            }
        }
        part
    }

    /// Adds this to what comes before it; of what failed the first is told.
    pub(super) fn append(
        self,
        text: &mut String,
        start_points: &mut Vec<StartPoint>,
        verdict: &mut Verdict,
        failed: &mut Option<LoadError>,
    ) {
        if !start_points.is_empty() && !self.start_points.is_empty() {
            text.push(',');
        }
        let by = text.len();
        text.push_str(&self.text);
        let moved = self.start_points.into_iter().map(|start_point| {
            let written = start_point.written.moved(by);
            StartPoint { written, ..start_point }
        });
        start_points.extend(moved);
        verdict.join(self.verdict);
        if let Some(error) = self.failed {
            failed.get_or_insert(error);
        }
    }
}

/// Reads a manifest with its files and judges it; a good one is handed on, with the path that messages show.
pub(super) fn judged(
    place: &(impl Beside + ?Sized),
    kind: Option<Kind>,
    path: &str,
    verdict: &mut Verdict,
    take: impl FnOnce(&Manifest<'_>, &Files, &str) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let shown = shown(&place.called(path));
    let bytes = match place.bytes(path, MAX_MANIFEST) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            verdict.unreadable(&shown, &error);
            return Ok(());
        }
    };
    let manifest = Manifest::parse(shown.as_str(), &bytes);
    let files = place.files(path, &manifest);
    match verdict.judge(&manifest, &bytes, &files, place.docker(path), kind) {
        true => take(&manifest, &files, &shown),
        false => Ok(()),
    }
}

fn one(
    kind: Kind,
    entry: Entry,
    name: &str,
    text: &mut String,
    manifest: &Manifest<'_>,
    files: &Files,
    path: &str,
) -> Result<StartPoint, LoadError> {
    let failed = |error| LoadError::NoImageName { manifest: path.to_owned(), error };
    let image_name = entry.image_name.map_err(failed)?;
    let document = manifest.document().ok_or_else(|| ReadError::NotJson(path.into()))?;
    // The name is resolved already; here it only needs to be let through.
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
    Ok(StartPoint { written, origin, tag: entry.tag, image_name, durations: None })
}
