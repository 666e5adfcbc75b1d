//! An image to write or push: its documents and blobs, and the layers that it borrows from a base.

use crate::config::{self, ImageConfig};
use crate::error::{OciError, OciErrorKind};
use crate::image_reader::ImageReader;
use crate::layer::Layer;
use crate::manifest::{Blob, Descriptor, Index, Manifest, MediaType};

const BASE_NAME: &str = "org.opencontainers.image.base.name";
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// An image, complete but for the layers of its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The manifest or index that its tag points to.
    pub(crate) root: Blob,
    /// The manifests that an index lists.
    pub(crate) manifests: Vec<Blob>,
    /// Configurations and layers.
    pub(crate) blobs: Vec<Blob>,
    /// Layers that are only named: they are in the base.
    pub(crate) borrowed: Vec<Descriptor>,
}

impl Image {
    /// An image of these layers, the lowest first, and nothing else.
    ///
    /// # Errors
    ///
    /// None with the configurations and layers that this crate makes.
    pub fn new(layers: &[Layer], config: &ImageConfig) -> Result<Self, OciErrorKind> {
        let diff_ids: Vec<_> = layers.iter().map(|layer| layer.diff_id.clone()).collect();
        let config = Blob::new(MediaType::CONFIG, config::write(config, None, &diff_ids)?);
        let listed = layers.iter().map(|layer| layer.descriptor.clone()).collect();
        let manifest = Manifest::new(config.descriptor.clone(), listed);
        let mut blobs = layer_blobs(layers);
        blobs.push(config);
        let root = Blob::new(MediaType::MANIFEST, manifest.write()?);
        Ok(Self { root, manifests: Vec::new(), blobs, borrowed: Vec::new() })
    }

    /// The descriptor of its manifest or index; its digest is the image's.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.root.descriptor
    }
}

fn layer_blobs(layers: &[Layer]) -> Vec<Blob> {
    let blob = |layer: &Layer| Blob { descriptor: layer.descriptor.clone(), bytes: layer.bytes.clone() };
    layers.iter().map(blob).collect()
}

impl Image {
    /// An image of these layers on top of all those of `base`, for every platform that the base has.
    ///
    /// The layers of the base are only named; in a push to the same registry they are mounted:
    /// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository>.
    ///
    /// # Errors
    ///
    /// The base cannot be read, or has layers of an unknown type.
    pub fn on_base(base: &ImageReader, layers: &[Layer], config: &ImageConfig) -> Result<Self, OciError> {
        base.with_subject(on_base(base, layers, config))
    }
}

fn on_base(base: &ImageReader, layers: &[Layer], config: &ImageConfig) -> Result<Image, OciErrorKind> {
    let mut blobs = layer_blobs(layers);
    let mut borrowed = Vec::new();
    let Some(index) = base.index()? else {
        let manifest = platform_manifest(base, &base.manifest()?, layers, config, &mut blobs, &mut borrowed)?;
        return Ok(Image { root: manifest, manifests: Vec::new(), blobs, borrowed });
    };
    let mut manifests = Vec::new();
    let mut listed = Vec::new();
    for image in index.images() {
        let manifest = platform_manifest(
            base,
            &base.listed_manifest(image)?,
            layers,
            config,
            &mut blobs,
            &mut borrowed,
        )?;
        listed.push(Descriptor { platform: image.platform.clone(), ..manifest.descriptor.clone() });
        manifests.push(manifest);
    }
    if manifests.is_empty() {
        return Err(OciErrorKind::NoImageInside);
    }
    let root = Blob::new(MediaType::INDEX, Index::new(listed).write()?);
    Ok(Image { root, manifests, blobs, borrowed })
}

/// The manifest of one platform; adds its configuration to `blobs` and the base's layers to `borrowed`.
fn platform_manifest(
    base: &ImageReader,
    below: &Manifest,
    layers: &[Layer],
    config: &ImageConfig,
    blobs: &mut Vec<Blob>,
    borrowed: &mut Vec<Descriptor>,
) -> Result<Blob, OciErrorKind> {
    let diff_ids: Vec<_> = layers.iter().map(|layer| layer.diff_id.clone()).collect();
    let bytes = base.document(&below.config, "the configuration")?;
    let config = Blob::new(MediaType::CONFIG, config::write(config, Some(&bytes), &diff_ids)?);
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

/// A layer in an OCI manifest, which may not have Docker's media types.
fn as_oci(part: &Descriptor) -> Result<Descriptor, OciErrorKind> {
    let media_type = match part.media_type.as_str() {
        MediaType::DOCKER_LAYER_GZIP => MediaType::LAYER_GZIP,
        known @ (MediaType::LAYER | MediaType::LAYER_GZIP | MediaType::LAYER_ZSTD) => known,
        other => return Err(OciErrorKind::UnknownType(start_points::shown::shown(other).into_owned())),
    };
    Ok(Descriptor::new(media_type, part.digest.clone(), part.size))
}

impl ImageReader {
    /// This image, to be written or pushed elsewhere byte for byte, with this reader as its base: it borrows all layers.
    ///
    /// # Errors
    ///
    /// Documents that are missing, do not match their digests, or cannot be parsed.
    pub fn to_image(&self) -> Result<Image, OciError> {
        self.with_subject(copy(self))
    }
}

fn copy(reader: &ImageReader) -> Result<Image, OciErrorKind> {
    let mut image =
        Image { root: reader.root.clone(), manifests: Vec::new(), blobs: Vec::new(), borrowed: Vec::new() };
    let Some(index) = reader.index()? else {
        copy_manifest(reader, &reader.manifest()?, &mut image)?;
        return Ok(image);
    };
    for listed in &index.manifests {
        if !MediaType::is_manifest(&listed.media_type) {
            return Err(OciErrorKind::UnknownType(
                start_points::shown::shown(&listed.media_type).into_owned(),
            ));
        }
        copy_manifest(reader, &reader.listed_manifest(listed)?, &mut image)?;
        let bytes = reader.document(listed, "the manifest")?;
        image.manifests.push(Blob { descriptor: bare(listed), bytes });
    }
    Ok(image)
}

/// Adds the configuration of a manifest and its layers.
fn copy_manifest(reader: &ImageReader, manifest: &Manifest, image: &mut Image) -> Result<(), OciErrorKind> {
    let bytes = reader.document(&manifest.config, "the configuration")?;
    image.blobs.push(Blob { descriptor: bare(&manifest.config), bytes });
    let new = manifest.layers.iter().filter(|layer| !image.borrowed.contains(layer));
    let new: Vec<_> = new.cloned().collect();
    image.borrowed.extend(new);
    Ok(())
}

fn bare(part: &Descriptor) -> Descriptor {
    Descriptor::new(&part.media_type, part.digest.clone(), part.size)
}
