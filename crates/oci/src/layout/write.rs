//! Writing a layout, all or nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use start_points_io::{Cancel, Replacement, TargetFolder, WriteOutcome};

use super::same::is_same;
use super::{INDEX, MARKER, MARKER_TEXT, NAME, blob_path};
use crate::cause::Cause;
use crate::error::ImageError;
use crate::image::Image;
use crate::manifest::Index;
use crate::stored::StoredImage;

/// Writes an image as a layout that holds it alone, under `name`: a tag, as a rule.
///
/// `base` is where layers come from that the image has borrowed. There is the old layout or the new one,
/// whenever this is interrupted. One that is the same is left alone, and nothing of the base is asked for.
///
/// # Errors
///
/// A folder that is there and is no layout; layers of the base that cannot be had; the disk.
pub fn write(
    folder: &Path,
    name: &str,
    image: &Image,
    base: Option<&StoredImage>,
    cancel: &Cancel,
) -> Result<WriteOutcome, ImageError> {
    named(folder, attempt(folder, name, image, base, cancel))
}

/// Whether a layout may be written here: nothing is here, an empty folder, or a layout.
///
/// # Errors
///
/// Where something else is here, or cannot be looked at.
pub fn check_place(folder: &Path) -> Result<(), ImageError> {
    named(folder, TargetFolder::at(folder).map_err(Cause::from).and_then(|place| may_be_replaced(&place)))
}

fn named<T>(folder: &Path, result: Result<T, Cause>) -> Result<T, ImageError> {
    result.map_err(|cause| ImageError::new(&folder.display().to_string(), cause))
}

fn attempt(
    folder: &Path,
    name: &str,
    image: &Image,
    base: Option<&StoredImage>,
    cancel: &Cancel,
) -> Result<WriteOutcome, Cause> {
    let mut root = image.root.descriptor.clone();
    root.annotations.insert(NAME.to_owned(), name.to_owned());
    let index = Index::new(vec![root]).write()?;
    let place = TargetFolder::at(folder)?;
    may_be_replaced(&place)?;
    // This also brings back one that a killed run left aside.
    let new = Replacement::at(place, cancel)?;
    let was_there = super::is_layout(folder);
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
            let lender = base.ok_or_else(|| Cause::NoBlob(part.digest.clone()))?;
            let mut file = File::create(blob_path(new.path(), &part.digest))?;
            io::copy(&mut lender.layer(part)?, &mut file)?;
        }
    }
    fs::write(new.path().join(INDEX), index)?;
    fs::write(new.path().join(MARKER), MARKER_TEXT)?;
    new.commit()?;
    Ok(if was_there { WriteOutcome::Replaced } else { WriteOutcome::New })
}

/// Refuses what would be lost: anything but nothing, an empty folder, or a layout.
fn may_be_replaced(place: &TargetFolder) -> Result<(), Cause> {
    let entries = place.entries()?.unwrap_or_default();
    match entries.is_empty() || super::is_layout(place.path()) {
        true => Ok(()),
        false => Err(Cause::NotALayout),
    }
}
