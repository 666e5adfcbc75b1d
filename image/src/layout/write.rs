//! Writing a layout, all or nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{INDEX, MARKER, MARKER_TEXT, NAME, blob_path};
use crate::cause::Cause;
use crate::error::ImageError;
use crate::image::Image;
use crate::manifest::Index;
use crate::replace::Replacement;
use crate::stored::StoredImage;

/// Writes an image as a layout that holds it alone, under `name`: a tag, as a rule.
///
/// `base` is where layers come from that the image has borrowed. There is the old layout or the new one,
/// whenever this is interrupted.
///
/// # Errors
///
/// A folder that is there and is no layout; layers of the base that cannot be had; the disk.
pub fn write(folder: &Path, name: &str, image: &Image, base: Option<&StoredImage>) -> Result<(), ImageError> {
    attempt(folder, name, image, base).map_err(|cause| ImageError::new(&folder.display().to_string(), cause))
}

fn attempt(folder: &Path, name: &str, image: &Image, base: Option<&StoredImage>) -> Result<(), Cause> {
    if !may_be_replaced(folder)? {
        return Err(Cause::NotALayout);
    }
    let new = Replacement::beside(folder)?;
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
    let mut root = image.root.descriptor.clone();
    root.annotations.insert(NAME.to_owned(), name.to_owned());
    fs::write(new.path().join(INDEX), Index::new(vec![root]).write()?)?;
    fs::write(new.path().join(MARKER), MARKER_TEXT)?;
    new.commit()?;
    Ok(())
}

/// Whether nothing is lost: nothing is there, an empty folder, or a layout.
fn may_be_replaced(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none() || folder.join(MARKER).is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}
