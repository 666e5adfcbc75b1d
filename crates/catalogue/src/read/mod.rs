//! Reading a catalogue back: ours, and the deployed layout, which has `shas.txt` alone.

mod place;
mod whole;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as MapEntry;
use std::io;
use std::path::PathBuf;

use start_points::check::{CheckOptions, StartPoint};
use start_points::files::{Entry as FileEntry, Other};
use start_points::resolve::{Named, ResolveError};
use start_points::{Kind, RepoUrl, layout};
use start_points_oci::Digest;
use thiserror::Error;

use crate::image_name;
use crate::layout::{KIND, SHA, SHAS, URL, columns};
use crate::revision::Revision;

pub use place::{Folder, Held, Place};
pub use whole::{Found, What, verify};

/// The most bytes of a manifest, and of [`SHAS`].
const MAX_BYTES: usize = 4 << 20;

/// The most bytes of the small files that say where a start-point comes from.
const MAX_SMALL: usize = 16 << 10;

/// What a catalogue offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The kind of all its start-points.
    pub kind: Kind,
    /// The digest of the whole, where the catalogue says its own; all its files are as it says.
    pub digest: Option<Digest>,
    /// Its start-points: by repository, then by path.
    pub entries: Vec<Entry>,
}

/// A start-point in a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of its repository.
    pub index: usize,
    /// Its manifest, from the top of the catalogue, with forward slashes.
    pub manifest: String,
    /// What its name is made from.
    pub named: Named,
    /// The source URL, as the catalogue says it.
    pub url: Option<String>,
    /// The tag that the source URL names.
    pub tag: Option<String>,
    /// The commit, as the catalogue says it.
    pub revision: Option<Revision>,
    /// Its image with a tag; exercises have none. The error says why there is none.
    pub image_name: Result<Option<String>, ResolveError>,
}

/// Why something cannot be read as a catalogue.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// What the system says.
    #[error("cannot read `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// It has no list of repositories.
    #[error("`{}` is not a catalogue: it has no `{SHAS}`", .0.display())]
    NotACatalogue(PathBuf),
    /// No kind is called so.
    #[error("`{}` does not name a kind", .0.display())]
    UnknownKind(PathBuf),
    /// A line of one of its lists that is not as it has to be.
    #[error("line {line} of `{}` is not {expected}", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What a line of it is.
        expected: &'static str,
    },
    /// Something of it is missing, changed or added.
    #[error("the catalogue `{}` is not as it was made: {found}", path.display())]
    NotWhole {
        /// The catalogue.
        path: PathBuf,
        /// The first, and how many more there are.
        found: Found,
    },
    /// A manifest that is no JSON.
    #[error("`{}` is not JSON", .0.display())]
    NotJson(PathBuf),
    /// More than is looked at.
    #[error("`{}` has more than {limit} {what}", path.display())]
    TooMany {
        /// The file or folder.
        path: PathBuf,
        /// The plural of what there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotACatalogue(_) => Some("`start-points create` makes a catalogue of repositories"),
            Self::NotWhole { .. } | Self::Line { .. } => Some(
                "make it again with `start-points create`, or copy it again; to change it, change its repositories",
            ),
            _ => None,
        }
    }
}

/// Whether something says that it is a catalogue.
#[must_use]
pub fn is_catalogue(place: &dyn Place) -> bool {
    place.entry(SHAS, None, MAX_BYTES).is_some_and(|entry| entry.size().is_some())
}

/// The bytes of a regular file of a catalogue; `None` where nothing is there.
///
/// # Errors
/// Where it cannot be read, or has more bytes than `limit`.
pub fn bytes(place: &dyn Place, path: &str, limit: usize) -> Result<Option<Vec<u8>>, ReadError> {
    let io = |kind, why: String| ReadError::Io { path: place.called(path), error: io::Error::new(kind, why) };
    match place.entry(path, None, limit) {
        None => Ok(None),
        Some(FileEntry::Content(bytes)) => Ok(Some(bytes)),
        Some(FileEntry::Size(_)) => {
            Err(ReadError::TooMany { path: place.called(path), what: "bytes", limit: limit as u64 })
        }
        Some(FileEntry::Other(Other::Unreadable)) => {
            Err(io(io::ErrorKind::PermissionDenied, Other::Unreadable.reason()))
        }
        Some(FileEntry::Other(other)) => Err(io(io::ErrorKind::Other, other.reason())),
    }
}

/// Reads a catalogue. `kind` is for one that does not say its own: else its first manifest tells it, by its place or
/// what is in it.
///
/// # Errors
/// Where it is not a catalogue, is not [whole](verify), or something in it cannot be read.
pub fn read(place: &dyn Place, kind: Option<Kind>) -> Result<Listing, ReadError> {
    let shas = shas(place)?;
    let listed = listed(place, &shas)?;
    let manifests = place.manifests()?;
    let digest = whole::held(place, &listed, &manifests)?;
    let mut kind = kind.or(said_kind(place)?);
    let mut entries = Vec::new();
    for (index, path) in manifests {
        let entry = one(place, index, &path, &mut kind, listed.get(&index).copied())?;
        entries.push(entry);
    }
    Ok(Listing { kind: kind.unwrap_or(Kind::Languages), digest, entries })
}

fn shas(place: &dyn Place) -> Result<String, ReadError> {
    text(place, SHAS, MAX_BYTES)?.ok_or_else(|| ReadError::NotACatalogue(place.called("")))
}

/// The lines of [`SHAS`]: sha and URL, by the number of the repository.
fn listed<'a>(place: &dyn Place, shas: &'a str) -> Result<BTreeMap<usize, (&'a str, &'a str)>, ReadError> {
    let mut listed = BTreeMap::new();
    for (at, line) in shas.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let new = columns(line).and_then(|(index, sha, url)| match listed.entry(index) {
            MapEntry::Vacant(entry) => Some(entry.insert((sha, url))),
            MapEntry::Occupied(_) => None,
        });
        if new.is_none() {
            let expected = "a number of its own, a sha and a URL";
            return Err(ReadError::Line { path: place.called(SHAS), line: at + 1, expected });
        }
    }
    Ok(listed)
}

fn text(place: &dyn Place, path: &str, limit: usize) -> Result<Option<String>, ReadError> {
    let Some(bytes) = bytes(place, path, limit)? else { return Ok(None) };
    String::from_utf8(bytes).map(Some).map_err(|error| ReadError::Io {
        path: place.called(path),
        error: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

fn said_kind(place: &dyn Place) -> Result<Option<Kind>, ReadError> {
    let Some(text) = text(place, KIND, MAX_SMALL)? else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| ReadError::UnknownKind(place.called(KIND)))
}

fn one(
    place: &dyn Place,
    index: usize,
    path: &str,
    kind: &mut Option<Kind>,
    listed: Option<(&str, &str)>,
) -> Result<Entry, ReadError> {
    let bytes = bytes(place, path, MAX_BYTES)?.unwrap_or_default();
    let options = CheckOptions { kind: *kind, ..CheckOptions::default() };
    let start_point = StartPoint::without_files(place, path, &bytes, &options);
    let document = start_point.manifest.document().ok_or_else(|| ReadError::NotJson(place.called(path)))?;
    kind.get_or_insert(start_point.kind);
    let beside = |name: &str| text(place, &layout::join(layout::folder(path), name), MAX_SMALL);
    let trimmed = |text: String| text.trim().to_owned();
    let sha = beside(SHA)?.map(trimmed).or_else(|| listed.map(|(sha, _)| sha.to_owned()));
    let url = beside(URL)?.map(trimmed).or_else(|| listed.map(|(_, url)| url.to_owned()));
    let tag = url.as_deref().and_then(|url| Some(RepoUrl::parse(url).ok()?.tag().name()?.to_owned()));
    let revision = sha.and_then(|sha| sha.parse::<Revision>().ok());
    Ok(Entry {
        index,
        manifest: path.to_owned(),
        named: Named::of(document.root()),
        image_name: image_name::resolved(&start_point, None, revision.as_ref()),
        url,
        tag,
        revision,
    })
}
