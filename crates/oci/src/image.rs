//! An image as it is written and sent: documents and blobs, and what it borrows from a base.

use crate::cause::Cause;
use crate::config;
use crate::descriptor::{Descriptor, MediaType};
use crate::facts::Facts;
use crate::layer::Layer;
use crate::manifest::Manifest;

/// Bytes, and what a manifest says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) descriptor: Descriptor,
    pub(crate) bytes: Vec<u8>,
}

impl Blob {
    pub(crate) fn new(media_type: &str, bytes: Vec<u8>) -> Self {
        Self { descriptor: Descriptor::of(media_type, &bytes), bytes }
    }
}

/// An image, complete but for the layers of its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What its tag stands for: a manifest or an index.
    pub(crate) root: Blob,
    /// The manifests that an index lists.
    pub(crate) manifests: Vec<Blob>,
    /// Configurations and layers.
    pub(crate) blobs: Vec<Blob>,
    /// Layers that are only in the base.
    pub(crate) borrowed: Vec<Descriptor>,
}

impl Image {
    /// An image of these layers, the lowest first, and nothing else.
    ///
    /// # Errors
    ///
    /// None with the facts and layers that this crate makes.
    pub fn new(layers: &[Layer], facts: &Facts) -> Result<Self, Cause> {
        let diff_ids: Vec<_> = layers.iter().map(|layer| layer.diff_id.clone()).collect();
        let config = Blob::new(MediaType::CONFIG, config::write(facts, None, &diff_ids)?);
        let listed = layers.iter().map(|layer| layer.descriptor.clone()).collect();
        let manifest = Manifest::new(config.descriptor.clone(), listed);
        let mut blobs = own(layers);
        blobs.push(config);
        let root = Blob::new(MediaType::MANIFEST, manifest.write()?);
        Ok(Self { root, manifests: Vec::new(), blobs, borrowed: Vec::new() })
    }

    /// What a tag of it stands for; its digest is the image's.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.root.descriptor
    }
}

pub(crate) fn own(layers: &[Layer]) -> Vec<Blob> {
    let blob = |layer: &Layer| Blob { descriptor: layer.descriptor.clone(), bytes: layer.bytes.clone() };
    layers.iter().map(blob).collect()
}
