//! Reading a catalogue back: ours, and the deployed layout, which has `shas.txt` alone.

mod disk;
mod place;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use start_points::check::Manifest;
use start_points::json::Node;
use start_points::resolve::{Named, ResolveError};
use start_points::{Dialect, Kind, RepoUrl, layout};
use thiserror::Error;

use crate::image_name::{self, ImageSource};
use crate::layout::{KIND, SHA, SHAS, URL, columns};
use crate::named;
use crate::revision::Revision;

pub use place::{Held, Place};

/// The most bytes of a manifest, and of [`SHAS`].
const MAX_BYTES: u64 = 4 << 20;

/// The most bytes of the small files that say where a start-point comes from.
const MAX_SMALL: u64 = 16 << 10;

/// What a catalogue offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The kind of all its start-points.
    pub kind: Kind,
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
    #[error("`{}` is no catalogue: it has no `{SHAS}`", .0.display())]
    NotACatalogue(PathBuf),
    /// No kind is called so.
    #[error("`{}` names no kind", .0.display())]
    UnknownKind(PathBuf),
    /// A manifest that is no JSON.
    #[error("`{}` is no JSON", .0.display())]
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

/// Whether something says that it is a catalogue.
#[must_use]
pub fn is_catalogue(place: &(impl Place + ?Sized)) -> bool {
    matches!(place.bytes(SHAS, MAX_BYTES), Ok(Some(_)) | Err(ReadError::TooMany { .. }))
}

/// Reads a catalogue. `kind` is for one that does not say its own: else its first manifest tells it, by its place or
/// what is in it.
///
/// # Errors
/// Where it is none, or something in it cannot be read.
pub fn read(place: &(impl Place + ?Sized), kind: Option<Kind>) -> Result<Listing, ReadError> {
    let shas = text(place, SHAS, MAX_BYTES)?.ok_or_else(|| ReadError::NotACatalogue(place.called("")))?;
    let lines = shas.lines().filter_map(columns);
    let listed: BTreeMap<usize, (&str, &str)> = lines.map(|(index, sha, url)| (index, (sha, url))).collect();
    let mut kind = kind.or(said_kind(place)?);
    let mut entries = Vec::new();
    for (index, path) in place.manifests()? {
        let entry = one(place, index, &path, &mut kind, listed.get(&index).copied())?;
        entries.push(entry);
    }
    Ok(Listing { kind: kind.unwrap_or(Kind::Languages), entries })
}

fn text(place: &(impl Place + ?Sized), path: &str, limit: u64) -> Result<Option<String>, ReadError> {
    let Some(bytes) = place.bytes(path, limit)? else { return Ok(None) };
    String::from_utf8(bytes.into_owned()).map(Some).map_err(|error| ReadError::Io {
        path: place.called(path),
        error: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

fn said_kind(place: &(impl Place + ?Sized)) -> Result<Option<Kind>, ReadError> {
    let Some(text) = text(place, KIND, MAX_SMALL)? else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| ReadError::UnknownKind(place.called(KIND)))
}

fn one(
    place: &(impl Place + ?Sized),
    index: usize,
    path: &str,
    kind: &mut Option<Kind>,
    listed: Option<(&str, &str)>,
) -> Result<Entry, ReadError> {
    let bytes = place.bytes(path, MAX_BYTES)?.unwrap_or_default();
    let manifest = Manifest::parse(path, &bytes);
    let document = manifest.document().ok_or_else(|| ReadError::NotJson(place.called(path)))?;
    let docker = match named::docker_image_name(path) {
        Some(path) => {
            place.bytes(&path, MAX_SMALL)?.map(Cow::into_owned).and_then(named::declared_image_name)
        }
        None => None,
    };
    let kind = *kind.get_or_insert_with(|| manifest.likely_kind(|| docker.is_some()));
    let beside = |name: &str| text(place, &layout::join(layout::folder(path), name), MAX_SMALL);
    let trimmed = |text: String| text.trim().to_owned();
    let sha = beside(SHA)?.map(trimmed).or_else(|| listed.map(|(sha, _)| sha.to_owned()));
    let url = beside(URL)?.map(trimmed).or_else(|| listed.map(|(_, url)| url.to_owned()));
    let tag = url.as_deref().and_then(|url| Some(RepoUrl::parse(url).ok()?.tag().name()?.to_owned()));
    let revision = sha.and_then(|sha| sha.parse::<Revision>().ok());
    let written = document.root().get("image_name").and_then(Node::as_str);
    let source = ImageSource {
        manifest: written,
        docker: docker.as_deref(),
        git_tag: None,
        revision: revision.as_ref(),
    };
    // What the manifest says counts, whichever dialect the catalogue was made in.
    let dialect = if written.is_some() { Dialect::Pinned } else { Dialect::Derived };
    Ok(Entry {
        index,
        manifest: path.to_owned(),
        named: Named::of(document.root()),
        image_name: image_name::resolved(kind, dialect, source),
        url,
        tag,
        revision,
    })
}
