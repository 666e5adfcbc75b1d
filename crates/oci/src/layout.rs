//! An image as a folder: the OCI image layout, which skopeo, umoci, podman and others read.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use start_points_io::{Cancel, Replacement, TargetFolder, WriteOutcome};

use crate::digest::Digest;
use crate::error::{OciError, OciErrorKind};
use crate::image::Image;
use crate::image_reader::{BlobSource, ImageReader};
use crate::limits::OciLimits;
use crate::manifest::{Blob, Descriptor, Index};
use crate::verify::{self, VerifyingReader};

const MARKER: &str = "oci-layout";
const MARKER_TEXT: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
const INDEX: &str = "index.json";
/// The annotation with an image's name:
/// <https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys>.
const NAME: &str = "org.opencontainers.image.ref.name";

/// Whether a folder has the marker of an image layout.
#[must_use]
pub fn is_layout(folder: &Path) -> bool {
    folder.join(MARKER).is_file()
}

fn blob_path(layout: &Path, digest: &Digest) -> PathBuf {
    layout.join("blobs").join("sha256").join(digest.hex())
}

/// Opens an image of a layout: that of this name, or without a name the only one.
///
/// # Errors
///
/// Not a layout, no such image, or a document that cannot be read or does not match its digest.
pub fn open(folder: &Path, name: Option<&str>, limits: OciLimits) -> Result<ImageReader, OciError> {
    let subject = folder.display().to_string();
    let parts = LayoutFolder(folder.to_owned());
    match root(&parts, name, &limits) {
        Ok(root) => Ok(ImageReader::new(subject, root, limits, Box::new(parts))),
        Err(cause) => Err(OciError::new(&subject, cause)),
    }
}

fn root(parts: &LayoutFolder, name: Option<&str>, limits: &OciLimits) -> Result<Blob, OciErrorKind> {
    if !is_layout(&parts.0) {
        return Err(if parts.0.is_dir() { OciErrorKind::NotALayout } else { OciErrorKind::NoImage });
    }
    let mut text = Vec::new();
    regular(&parts.0.join(INDEX))?.take(limits.document_bytes + 1).read_to_end(&mut text)?;
    if text.len() as u64 > limits.document_bytes {
        return Err(OciErrorKind::TooLarge { what: "the index", limit: limits.document_bytes });
    }
    let index = Index::parse(&text)?;
    let is_named = |listed: &&Descriptor| listed.annotations.get(NAME).map(String::as_str) == name;
    let found = match name {
        Some(_) => index.manifests.iter().find(is_named).ok_or(OciErrorKind::NoImage)?,
        None if index.manifests.len() > 1 => return Err(OciErrorKind::NoTag),
        None => index.manifests.first().ok_or(OciErrorKind::NoImageInside)?,
    };
    let bytes = verify::read_all(parts.open(found)?, found, "the manifest", limits.document_bytes)?;
    Ok(Blob { descriptor: Descriptor::new(&found.media_type, found.digest.clone(), found.size), bytes })
}

struct LayoutFolder(PathBuf);

impl BlobSource for LayoutFolder {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, OciErrorKind> {
        match regular(&blob_path(&self.0, &part.digest)) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(OciErrorKind::NoBlob(part.digest.clone()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Opens a regular file: not a link, and nothing that would block.
fn regular(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a part of the layout is not a regular file"));
    }
    File::open(path)
}

/// Writes an image as a layout of its own, under `name`, usually a tag.
///
/// `base` has the layers that the image borrows. Whenever this is interrupted, the folder holds the old layout or the
/// new one. An identical layout is left alone, without reading the base.
///
/// # Errors
///
/// The folder exists but is not a layout; layers of the base cannot be read; the disk.
pub fn write(
    folder: &Path,
    name: &str,
    image: &Image,
    base: Option<&ImageReader>,
    cancel: &Cancel,
) -> Result<WriteOutcome, OciError> {
    with_subject(folder, write_layout(folder, name, image, base, cancel))
}

/// Whether a layout may be written here: the path is free, an empty folder, or a layout.
///
/// # Errors
///
/// Anything else exists here, or the folder cannot be read.
pub fn check_place(folder: &Path) -> Result<(), OciError> {
    with_subject(
        folder,
        TargetFolder::at(folder).map_err(OciErrorKind::from).and_then(|place| may_be_replaced(&place)),
    )
}

fn with_subject<T>(folder: &Path, result: Result<T, OciErrorKind>) -> Result<T, OciError> {
    result.map_err(|cause| OciError::new(&folder.display().to_string(), cause))
}

fn write_layout(
    folder: &Path,
    name: &str,
    image: &Image,
    base: Option<&ImageReader>,
    cancel: &Cancel,
) -> Result<WriteOutcome, OciErrorKind> {
    let mut root = image.root.descriptor.clone();
    root.annotations.insert(NAME.to_owned(), name.to_owned());
    let index = Index::new(vec![root]).write()?;
    let place = TargetFolder::at(folder)?;
    may_be_replaced(&place)?;
    // This also restores a layout that a killed run left aside.
    let new = Replacement::at(place, cancel)?;
    let was_there = is_layout(folder);
    if was_there && is_same(folder, &index, image) {
        return Ok(WriteOutcome::Unchanged);
    }
    fs::create_dir_all(new.path().join("blobs").join("sha256"))?;
    for blob in image.blobs.iter().chain(&image.manifests).chain([&image.root]) {
        fs::write(blob_path(new.path(), &blob.descriptor.digest), &blob.bytes)?;
    }
    let mut copied = BTreeSet::new();
    for part in &image.borrowed {
        if copied.insert(&part.digest) {
            let lender = base.ok_or_else(|| OciErrorKind::NoBlob(part.digest.clone()))?;
            let mut file = File::create(blob_path(new.path(), &part.digest))?;
            io::copy(&mut lender.layer(part)?, &mut file)?;
        }
    }
    fs::write(new.path().join(INDEX), index)?;
    fs::write(new.path().join(MARKER), MARKER_TEXT)?;
    new.commit()?;
    Ok(if was_there { WriteOutcome::Replaced } else { WriteOutcome::New })
}

/// Refuses to replace anything but an empty folder or a layout.
fn may_be_replaced(place: &TargetFolder) -> Result<(), OciErrorKind> {
    let entries = place.entries()?.unwrap_or_default();
    if entries.is_empty() || is_layout(place.path()) { Ok(()) } else { Err(OciErrorKind::NotALayout) }
}

/// Whether the layout holds this image and nothing else. Anything unreadable differs.
fn is_same(layout: &Path, index: &[u8], image: &Image) -> bool {
    let own = image.blobs.iter().chain(&image.manifests).chain([&image.root]).map(|blob| &blob.descriptor);
    let parts: BTreeMap<&Digest, &Descriptor> =
        own.chain(&image.borrowed).map(|part| (&part.digest, part)).collect();
    holds(layout, 3)
        && holds(&layout.join("blobs"), 1)
        && holds(&layout.join("blobs").join("sha256"), parts.len())
        && fs::read(layout.join(INDEX)).is_ok_and(|bytes| bytes == index)
        && fs::read(layout.join(MARKER)).is_ok_and(|bytes| bytes == MARKER_TEXT)
        && parts.values().all(|part| is_part(&blob_path(layout, &part.digest), part))
}

fn holds(folder: &Path, entries: usize) -> bool {
    fs::read_dir(folder).is_ok_and(|found| found.count() == entries)
}

fn is_part(path: &Path, part: &Descriptor) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() == part.size);
    is_file
        && File::open(path)
            .and_then(|file| io::copy(&mut VerifyingReader::new(file, part), &mut io::sink()))
            .is_ok()
}
