//! Reads a catalogue: ours, or as the deployed script writes it, with only `shas.txt`.

mod error;
mod files;
mod verify;

use start_points::check::{CheckOptions, StartPoint};
use start_points::resolve::{NameParts, ResolveError};
use start_points::{Kind, RepoUrl, layout};
use start_points_oci::Digest;

use crate::catalogue::{Revision, image_name};
use crate::format::{KIND, SHA, URL};
use files::{MAX_BYTES, text};
use verify::{parse_shas, read_shas, verify_listed};

pub use error::{CatalogueDamage, DamageKind, ReadError};
pub use files::{CatalogueFiles, FolderFiles, MemoryFiles, bytes, is_catalogue};
pub use verify::verify;

/// The most bytes of the small files with a start-point's provenance.
const MAX_SMALL: usize = 16 << 10;

/// The content of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueListing {
    /// The kind of all its start-points.
    pub kind: Kind,
    /// The digest of the catalogue, if it has digests; all its files match them.
    pub digest: Option<Digest>,
    /// Its start-points by repository, then by path.
    pub entries: Vec<CatalogueEntry>,
}

/// A start-point in a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The number of its repository.
    pub index: usize,
    /// The path of its manifest in the catalogue, with forward slashes.
    pub manifest: String,
    /// The members of its display name.
    pub named: NameParts,
    /// The source URL in the catalogue.
    pub url: Option<String>,
    /// The tag in the source URL.
    pub tag: Option<String>,
    /// The commit in the catalogue.
    pub revision: Option<Revision>,
    /// Its image name with a tag; `None` for exercises.
    pub image_name: Result<Option<String>, ResolveError>,
}

/// Reads a catalogue. `kind` is for one without its own; otherwise the first manifest tells, by its path or content.
///
/// # Errors
/// It is not a catalogue, was [modified](verify), or cannot be read.
pub fn read(place: &dyn CatalogueFiles, kind: Option<Kind>) -> Result<CatalogueListing, ReadError> {
    let shas = read_shas(place)?;
    let listed = parse_shas(place, &shas)?;
    let manifests = place.manifests()?;
    let digest = verify_listed(place, &listed, &manifests)?;
    let mut kind = kind.or(stated_kind(place)?);
    let mut entries = Vec::new();
    for (index, path) in manifests {
        let entry = read_entry(place, index, &path, &mut kind, listed.get(&index).copied())?;
        entries.push(entry);
    }
    Ok(CatalogueListing { kind: kind.unwrap_or(Kind::Languages), digest, entries })
}

fn stated_kind(place: &dyn CatalogueFiles) -> Result<Option<Kind>, ReadError> {
    let Some(text) = text(place, KIND, MAX_SMALL)? else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| ReadError::UnknownKind(place.display_path(KIND)))
}

fn read_entry(
    place: &dyn CatalogueFiles,
    index: usize,
    path: &str,
    kind: &mut Option<Kind>,
    listed: Option<(&str, &str)>,
) -> Result<CatalogueEntry, ReadError> {
    let bytes = bytes(place, path, MAX_BYTES)?.unwrap_or_default();
    let options = CheckOptions { kind: *kind, ..CheckOptions::default() };
    let start_point = StartPoint::without_files(place, path, &bytes, &options);
    let document =
        start_point.manifest.document().ok_or_else(|| ReadError::NotJson(place.display_path(path)))?;
    kind.get_or_insert(start_point.kind);
    let beside = |name: &str| text(place, &layout::join(layout::folder(path), name), MAX_SMALL);
    let trimmed = |text: String| text.trim().to_owned();
    let sha = beside(SHA)?.map(trimmed).or_else(|| listed.map(|(sha, _)| sha.to_owned()));
    let url = beside(URL)?.map(trimmed).or_else(|| listed.map(|(_, url)| url.to_owned()));
    let tag = url.as_deref().and_then(|url| Some(RepoUrl::parse(url).ok()?.tag().name()?.to_owned()));
    let revision = sha.and_then(|sha| sha.parse::<Revision>().ok());
    Ok(CatalogueEntry {
        index,
        manifest: path.to_owned(),
        named: NameParts::from_manifest(document.root()),
        image_name: image_name(&start_point, None, revision.as_ref()),
        url,
        tag,
        revision,
    })
}
