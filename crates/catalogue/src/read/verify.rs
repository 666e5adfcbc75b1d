//! Verifies that a catalogue is unmodified: every file by its digest, or every listed repository.

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};

use start_points::layout;
use start_points_oci::Digest;

use super::error::{CatalogueDamage, DamageKind, ReadError};
use super::files::{CatalogueFiles, MAX_BYTES, bytes, text};
use crate::format::{DIGESTS, DURATIONS, SHAS, parse_digest_line, parse_shas_line};

/// The most bytes of [`DIGESTS`], the longest file.
const MAX_DIGESTS: usize = 64 << 20;

/// The most bytes of any other file.
const MAX_FILE: usize = 64 << 20;

/// Verifies a catalogue against its digests: no file may be missing, changed or added. Without digests, as the deployed
/// script writes it, it is compared with [`SHAS`]: each line needs a start-point, each folder a line.
///
/// Returns the digest of [`DIGESTS`], which identifies the catalogue.
///
/// # Errors
/// It was modified, is not a catalogue, or cannot be read.
pub fn verify(place: &dyn CatalogueFiles) -> Result<Option<Digest>, ReadError> {
    let shas = read_shas(place)?;
    verify_listed(place, &parse_shas(place, &shas)?, &place.manifests()?)
}

pub(super) fn verify_listed(
    place: &dyn CatalogueFiles,
    listed: &BTreeMap<usize, (&str, &str)>,
    manifests: &[(usize, String)],
) -> Result<Option<Digest>, ReadError> {
    let digests = text(place, DIGESTS, MAX_DIGESTS)?;
    let found = match &digests {
        Some(digests) => compare_digests(place, digests)?,
        None => compare_shas(place, listed, manifests)?,
    };
    let others = found.len().saturating_sub(1);
    match found.into_iter().next() {
        Some((path, what)) => Err(ReadError::NotWhole {
            path: place.display_path(""),
            found: CatalogueDamage { path, what, others },
        }),
        None => Ok(digests.map(|digests| Digest::of(digests.as_bytes()))),
    }
}

fn compare_digests(
    place: &dyn CatalogueFiles,
    digests: &str,
) -> Result<BTreeMap<String, DamageKind>, ReadError> {
    let mut paths = place.paths()?;
    paths.remove(DIGESTS);
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    for (at, line) in digests.lines().enumerate() {
        let Some((digest, path)) = parse_digest_line(line).filter(|(_, path)| seen.insert(*path)) else {
            let expected = "a digest and a path of its own";
            return Err(ReadError::Line { path: place.display_path(DIGESTS), line: at + 1, expected });
        };
        let what = if !paths.remove(path) {
            DamageKind::Missing
        } else if has_digest(place, path, &digest)? {
            continue;
        } else {
            DamageKind::Changed
        };
        found.insert(path.to_owned(), what);
    }
    let added = paths.into_iter().filter(|path| !is_durations(path, &seen));
    found.extend(added.map(|path| (path, DamageKind::Added)));
    Ok(found)
}

/// Test durations are measured later, and stored beside the manifests.
fn is_durations(path: &str, listed: &BTreeSet<&str>) -> bool {
    let manifest = layout::join(layout::folder(path), layout::MANIFEST);
    path.rsplit_once('/').is_some_and(|(_, name)| name == DURATIONS) && listed.contains(manifest.as_str())
}

fn has_digest(place: &dyn CatalogueFiles, path: &str, digest: &Digest) -> Result<bool, ReadError> {
    Ok(bytes(place, path, MAX_FILE)?.is_some_and(|bytes| Digest::of(&bytes) == *digest))
}

fn compare_shas(
    place: &dyn CatalogueFiles,
    listed: &BTreeMap<usize, (&str, &str)>,
    manifests: &[(usize, String)],
) -> Result<BTreeMap<String, DamageKind>, ReadError> {
    let present: BTreeSet<usize> = manifests.iter().map(|(index, _)| *index).collect();
    let lost = listed.keys().filter(|index| !present.contains(index));
    let mut found: BTreeMap<_, _> = lost.map(|index| (index.to_string(), DamageKind::Lost)).collect();
    for number in place.numbers()? {
        // `07` is not the folder of `7`.
        let index = number.parse::<usize>().ok().filter(|index| index.to_string() == number);
        if !index.is_some_and(|index| listed.contains_key(&index)) {
            found.insert(number, DamageKind::Unlisted);
        }
    }
    Ok(found)
}

pub(super) fn read_shas(place: &dyn CatalogueFiles) -> Result<String, ReadError> {
    text(place, SHAS, MAX_BYTES)?.ok_or_else(|| ReadError::NotACatalogue(place.display_path("")))
}

/// The lines of [`SHAS`]: sha and URL by repository number.
pub(super) fn parse_shas<'a>(
    place: &dyn CatalogueFiles,
    shas: &'a str,
) -> Result<BTreeMap<usize, (&'a str, &'a str)>, ReadError> {
    let mut listed = BTreeMap::new();
    for (at, line) in shas.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let new = parse_shas_line(line).and_then(|(index, sha, url)| match listed.entry(index) {
            MapEntry::Vacant(entry) => Some(entry.insert((sha, url))),
            MapEntry::Occupied(_) => None,
        });
        if new.is_none() {
            let expected = "a number of its own, a sha and a URL";
            return Err(ReadError::Line { path: place.display_path(SHAS), line: at + 1, expected });
        }
    }
    Ok(listed)
}
