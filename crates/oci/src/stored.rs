//! An image that is kept somewhere, in a layout or a registry: opened, and believed by its digests alone.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

use start_points::{ImageName, Kind};

use crate::cause::Cause;
use crate::config::Config;
use crate::descriptor::{Descriptor, MediaType, Platform};
use crate::digest::Digest;
use crate::error::ImageError;
use crate::facts::KIND_LABEL;
use crate::image::Blob;
use crate::limits::Limits;
use crate::manifest::{Index, Manifest};
use crate::read::{self, Contents};
use crate::verify;

/// Where the parts of an image are; what is read of them is verified by others.
pub(crate) trait Parts: Send + Sync {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, Cause>;
}

/// An image that is kept in a layout or a registry.
pub struct StoredImage {
    pub(crate) subject: String,
    /// Its name, where it is in a registry.
    pub(crate) name: Option<ImageName>,
    pub(crate) root: Blob,
    pub(crate) limits: Limits,
    pub(crate) parts: Box<dyn Parts>,
    /// Manifests and configurations that were read: each costs a round trip, and more than one question needs it.
    documents: Mutex<BTreeMap<Digest, Vec<u8>>>,
}

/// What an image says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// What its name stands for: a manifest, or an index of several.
    pub root: Descriptor,
    /// When it says that it was made, as RFC 3339 has it or not.
    pub created: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The ports that it serves on: `4524/tcp`.
    pub ports: Vec<String>,
    /// Its layers, the lowest first; of an index, those of the image for `linux/amd64` or else the first.
    pub layers: Vec<Descriptor>,
    /// What it runs on.
    pub platforms: Vec<Platform>,
}

impl Inspection {
    /// The kind of start-points in it, as its label says.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.labels.get(KIND_LABEL)?.parse().ok()
    }
}

impl StoredImage {
    pub(crate) fn new(subject: String, root: Blob, limits: Limits, parts: Box<dyn Parts>) -> Self {
        Self { subject, name: None, root, limits, parts, documents: Mutex::default() }
    }

    /// What its name stands for; its digest is the image's.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.root.descriptor
    }

    /// What it says of itself. No layer is read.
    ///
    /// # Errors
    ///
    /// Documents that are not there, are not what their digests say, or cannot be read.
    pub fn inspect(&self) -> Result<Inspection, ImageError> {
        self.named(self.inspection())
    }

    /// The files below a folder of the image, `""` for all, by their paths below that folder.
    ///
    /// # Errors
    ///
    /// Layers that are not there, are not what their digests say, cannot be read, hold hostile paths, or more
    /// than the limits allow.
    pub fn files(&self, folder: &str) -> Result<Contents, ImageError> {
        self.named(self.manifest().and_then(|manifest| read::files(self, &manifest, folder)))
    }

    fn inspection(&self) -> Result<Inspection, Cause> {
        let manifest = self.manifest()?;
        let config = Config::parse(&self.document(&manifest.config, "the configuration")?)?;
        let settings = config.config.unwrap_or_default();
        let platforms = match self.index()? {
            Some(index) => index.images().filter_map(|image| image.platform.clone()).collect(),
            None => vec![Platform { architecture: config.architecture, os: config.os, variant: None }],
        };
        Ok(Inspection {
            root: self.root.descriptor.clone(),
            created: config.created,
            labels: settings.labels.unwrap_or_default(),
            ports: settings.exposed_ports.unwrap_or_default().into_keys().collect(),
            layers: manifest.layers,
            platforms,
        })
    }

    /// The index, where that is what its name stands for.
    pub(crate) fn index(&self) -> Result<Option<Index>, Cause> {
        if !MediaType::is_index(&self.root.descriptor.media_type) {
            return Ok(None);
        }
        let index = Index::parse(&self.root.bytes)?;
        self.few(index.manifests.len(), "images")?;
        Ok(Some(index))
    }

    /// The one manifest, or that of an index's usual image.
    pub(crate) fn manifest(&self) -> Result<Manifest, Cause> {
        match self.index()? {
            None => self.parsed(&self.root.descriptor, &self.root.bytes),
            Some(index) => {
                let listed = index.one().ok_or(Cause::NoImageInside)?;
                self.listed(listed)
            }
        }
    }

    /// The manifest of an image that an index lists.
    pub(crate) fn listed(&self, listed: &Descriptor) -> Result<Manifest, Cause> {
        self.parsed(listed, &self.document(listed, "the manifest")?)
    }

    fn parsed(&self, descriptor: &Descriptor, bytes: &[u8]) -> Result<Manifest, Cause> {
        if !MediaType::is_manifest(&descriptor.media_type) {
            return Err(Cause::UnknownType(descriptor.media_type.clone()));
        }
        let manifest = Manifest::parse(bytes)?;
        self.few(manifest.layers.len(), "layers")?;
        Ok(manifest)
    }

    fn few(&self, count: usize, what: &'static str) -> Result<(), Cause> {
        if count > self.limits.layers {
            return Err(Cause::TooMany { what, limit: self.limits.layers as u64 });
        }
        Ok(())
    }

    /// A manifest or configuration, whole and verified.
    pub(crate) fn document(&self, part: &Descriptor, what: &'static str) -> Result<Vec<u8>, Cause> {
        if part.size > self.limits.document_bytes {
            return Err(Cause::TooLarge { what, limit: self.limits.document_bytes });
        }
        let documents = || self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = documents().get(&part.digest).filter(|known| known.len() as u64 == part.size) {
            return Ok(known.clone());
        }
        let bytes = verify::whole(self.parts.open(part)?, part, what, self.limits.document_bytes)?;
        documents().insert(part.digest.clone(), bytes.clone());
        Ok(bytes)
    }

    /// A layer as it is kept; it fails before its end where it is not what its digest says.
    pub(crate) fn layer(&self, part: &Descriptor) -> Result<impl Read + '_, Cause> {
        if part.size > self.limits.layer_bytes {
            return Err(Cause::TooLarge { what: "a layer", limit: self.limits.layer_bytes });
        }
        Ok(verify::Verifying::new(self.parts.open(part)?, part))
    }

    pub(crate) fn named<T>(&self, result: Result<T, Cause>) -> Result<T, ImageError> {
        result.map_err(|cause| ImageError::new(&self.subject, cause))
    }
}

impl fmt::Debug for StoredImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = &self.root.descriptor.digest;
        f.debug_struct("StoredImage")
            .field("subject", &self.subject)
            .field("digest", digest)
            .finish_non_exhaustive()
    }
}
