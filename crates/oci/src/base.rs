//! Layers on top of a base: what lies below stays where it is, and is only named.

use crate::cause::Cause;
use crate::config;
use crate::descriptor::{Descriptor, MediaType};
use crate::error::ImageError;
use crate::facts::Facts;
use crate::image::{Blob, Image, own};
use crate::layer::Layer;
use crate::manifest::{Index, Manifest};
use crate::stored::StoredImage;

const BASE_NAME: &str = "org.opencontainers.image.base.name";
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

impl Image {
    /// An image of these layers on top of all those of `base`, for every platform that the base has.
    ///
    /// It borrows the layers of the base: where it is pushed to the same registry they are mounted there.
    ///
    /// # Errors
    ///
    /// A base that cannot be had, or has layers of a type that is not known.
    pub fn on_base(base: &StoredImage, layers: &[Layer], facts: &Facts) -> Result<Self, ImageError> {
        base.named(stack(base, layers, facts))
    }
}

fn stack(base: &StoredImage, layers: &[Layer], facts: &Facts) -> Result<Image, Cause> {
    let mut blobs = own(layers);
    let mut borrowed = Vec::new();
    let Some(index) = base.index()? else {
        let manifest = one(base, &base.manifest()?, layers, facts, &mut blobs, &mut borrowed)?;
        return Ok(Image { root: manifest, manifests: Vec::new(), blobs, borrowed });
    };
    let mut manifests = Vec::new();
    let mut listed = Vec::new();
    for image in index.images() {
        let manifest = one(base, &base.listed(image)?, layers, facts, &mut blobs, &mut borrowed)?;
        listed.push(Descriptor { platform: image.platform.clone(), ..manifest.descriptor.clone() });
        manifests.push(manifest);
    }
    if manifests.is_empty() {
        return Err(Cause::NoImageInside);
    }
    let root = Blob::new(MediaType::INDEX, Index::new(listed).write()?);
    Ok(Image { root, manifests, blobs, borrowed })
}

/// The manifest of one platform; its configuration joins `blobs`, the layers below join `borrowed`.
fn one(
    base: &StoredImage,
    below: &Manifest,
    layers: &[Layer],
    facts: &Facts,
    blobs: &mut Vec<Blob>,
    borrowed: &mut Vec<Descriptor>,
) -> Result<Blob, Cause> {
    let diff_ids: Vec<_> = layers.iter().map(|layer| layer.diff_id.clone()).collect();
    let bytes = base.document(&below.config, "the configuration")?;
    let config = Blob::new(MediaType::CONFIG, config::write(facts, Some(&bytes), &diff_ids)?);
    let mut listed = below.layers.iter().map(as_oci).collect::<Result<Vec<_>, _>>()?;
    borrowed.extend(listed.iter().filter(|part| !borrowed.contains(part)).cloned().collect::<Vec<_>>());
    listed.extend(layers.iter().map(|layer| layer.descriptor.clone()));
    let mut manifest = Manifest::new(config.descriptor.clone(), listed);
    manifest.annotations.insert(BASE_DIGEST.to_owned(), base.root.descriptor.digest.to_string());
    if let Some(name) = &base.name {
        manifest.annotations.insert(BASE_NAME.to_owned(), name.canonical().to_string());
    }
    blobs.push(config);
    Ok(Blob::new(MediaType::MANIFEST, manifest.write()?))
}

/// A layer as an OCI manifest lists it: docker's own type for the same bytes has no place there.
fn as_oci(part: &Descriptor) -> Result<Descriptor, Cause> {
    let media_type = match part.media_type.as_str() {
        MediaType::DOCKER_LAYER_GZIP => MediaType::LAYER_GZIP,
        known @ (MediaType::LAYER | MediaType::LAYER_GZIP | MediaType::LAYER_ZSTD) => known,
        other => return Err(Cause::UnknownType(start_points::shown::shown(other).into_owned())),
    };
    Ok(Descriptor::new(media_type, part.digest.clone(), part.size))
}
