//! An image that is kept somewhere, as one that can be written or pushed elsewhere, byte for byte.

use crate::cause::Cause;
use crate::descriptor::{Descriptor, MediaType};
use crate::error::ImageError;
use crate::image::{Blob, Image};
use crate::manifest::Manifest;
use crate::stored::StoredImage;

impl StoredImage {
    /// The same image, which borrows all of its layers: where it is written or pushed, this one is its base.
    ///
    /// # Errors
    ///
    /// Documents that are not there, are not what their digests say, or cannot be read.
    pub fn to_image(&self) -> Result<Image, ImageError> {
        self.named(copy(self))
    }
}

fn copy(stored: &StoredImage) -> Result<Image, Cause> {
    let mut image =
        Image { root: stored.root.clone(), manifests: Vec::new(), blobs: Vec::new(), borrowed: Vec::new() };
    let Some(index) = stored.index()? else {
        parts(stored, &stored.manifest()?, &mut image)?;
        return Ok(image);
    };
    for listed in &index.manifests {
        if !MediaType::is_manifest(&listed.media_type) {
            return Err(Cause::UnknownType(start_points::shown::shown(&listed.media_type).into_owned()));
        }
        parts(stored, &stored.listed(listed)?, &mut image)?;
        let bytes = stored.document(listed, "the manifest")?;
        image.manifests.push(Blob { descriptor: plain(listed), bytes });
    }
    Ok(image)
}

/// The configuration of a manifest, and its layers.
fn parts(stored: &StoredImage, manifest: &Manifest, image: &mut Image) -> Result<(), Cause> {
    let bytes = stored.document(&manifest.config, "the configuration")?;
    image.blobs.push(Blob { descriptor: plain(&manifest.config), bytes });
    let new = manifest.layers.iter().filter(|layer| !image.borrowed.contains(layer));
    let new: Vec<_> = new.cloned().collect();
    image.borrowed.extend(new);
    Ok(())
}

fn plain(part: &Descriptor) -> Descriptor {
    Descriptor::new(&part.media_type, part.digest.clone(), part.size)
}
