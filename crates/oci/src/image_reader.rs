//! An image in a layout or a registry: its metadata, and its files, with its layers on top of each other.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use start_points::{ImageName, Kind};

use crate::config::{ConfigDocument, KIND_LABEL};
use crate::digest::Digest;
use crate::error::{OciError, OciErrorKind};
use crate::layer_stack::{ImageContents, LayerStack, ReadBudget, is_whiteout};
use crate::limits::OciLimits;
use crate::manifest::{Blob, Descriptor, Index, Manifest, MediaType, Platform};
use crate::path;
use crate::tar_reader::{self, TarEntry, TarLink};
use crate::verify;

/// The storage of an image's blobs. Callers verify the bytes.
pub(crate) trait BlobSource: Send + Sync {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, OciErrorKind>;
}

/// Reads an image in a layout or a registry. Everything is verified by digest.
pub struct ImageReader {
    pub(crate) subject: String,
    /// Its name, if it is in a registry.
    pub(crate) name: Option<ImageName>,
    pub(crate) root: Blob,
    pub(crate) limits: OciLimits,
    pub(crate) parts: Box<dyn BlobSource>,
    /// Manifests and configurations that were read: each costs a round trip and is needed more than once.
    documents: Mutex<BTreeMap<Digest, Vec<u8>>>,
}

/// The metadata of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageInspection {
    /// The manifest or index that its name points to.
    pub root: Descriptor,
    /// When it was made, as in its configuration; not checked to be RFC 3339.
    pub created: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The ports it serves on: `4524/tcp`.
    pub ports: Vec<String>,
    /// Its layers, the lowest first; of an index, those of the image for `linux/amd64` or else the first.
    pub layers: Vec<Descriptor>,
    /// Its platforms.
    pub platforms: Vec<Platform>,
}

impl ImageInspection {
    /// The kind of start-points in it, from its label.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.labels.get(KIND_LABEL)?.parse().ok()
    }
}

impl ImageReader {
    pub(crate) fn new(subject: String, root: Blob, limits: OciLimits, parts: Box<dyn BlobSource>) -> Self {
        Self { subject, name: None, root, limits, parts, documents: Mutex::default() }
    }

    /// The descriptor of its manifest or index; its digest is the image's.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.root.descriptor
    }

    /// Reads the metadata, and no layer.
    ///
    /// # Errors
    ///
    /// Documents that are missing, do not match their digests, or cannot be parsed.
    pub fn inspect(&self) -> Result<ImageInspection, OciError> {
        self.with_subject(self.inspection())
    }

    /// The files below a folder of the image, `""` for all, by their paths below that folder.
    ///
    /// # Errors
    ///
    /// Layers that are missing, do not match their digests, cannot be unpacked, contain hostile paths, or exceed the
    /// limits.
    pub fn files(&self, folder: &str) -> Result<ImageContents, OciError> {
        self.with_subject(self.manifest().and_then(|manifest| read_files(self, &manifest, folder)))
    }

    fn inspection(&self) -> Result<ImageInspection, OciErrorKind> {
        let manifest = self.manifest()?;
        let config = ConfigDocument::parse(&self.document(&manifest.config, "the configuration")?)?;
        let settings = config.config.unwrap_or_default();
        let platforms = match self.index()? {
            Some(index) => index.images().filter_map(|image| image.platform.clone()).collect(),
            None => vec![Platform { architecture: config.architecture, os: config.os, variant: None }],
        };
        Ok(ImageInspection {
            root: self.root.descriptor.clone(),
            created: config.created,
            labels: settings.labels.unwrap_or_default(),
            ports: settings.exposed_ports.unwrap_or_default().into_keys().collect(),
            layers: manifest.layers,
            platforms,
        })
    }

    /// The index, if its name points to one.
    pub(crate) fn index(&self) -> Result<Option<Index>, OciErrorKind> {
        if !MediaType::is_index(&self.root.descriptor.media_type) {
            return Ok(None);
        }
        let index = Index::parse(&self.root.bytes)?;
        self.check_count(index.manifests.len(), "images")?;
        Ok(Some(index))
    }

    /// The manifest, or that of an index's usual image.
    pub(crate) fn manifest(&self) -> Result<Manifest, OciErrorKind> {
        match self.index()? {
            None => self.parsed(&self.root.descriptor, &self.root.bytes),
            Some(index) => {
                let listed = index.usual_image().ok_or(OciErrorKind::NoImageInside)?;
                self.listed_manifest(listed)
            }
        }
    }

    /// The manifest of an image that an index lists.
    pub(crate) fn listed_manifest(&self, listed: &Descriptor) -> Result<Manifest, OciErrorKind> {
        self.parsed(listed, &self.document(listed, "the manifest")?)
    }

    fn parsed(&self, descriptor: &Descriptor, bytes: &[u8]) -> Result<Manifest, OciErrorKind> {
        if !MediaType::is_manifest(&descriptor.media_type) {
            return Err(OciErrorKind::UnknownType(descriptor.media_type.clone()));
        }
        let manifest = Manifest::parse(bytes)?;
        self.check_count(manifest.layers.len(), "layers")?;
        Ok(manifest)
    }

    fn check_count(&self, count: usize, what: &'static str) -> Result<(), OciErrorKind> {
        if count > self.limits.layers {
            return Err(OciErrorKind::TooMany { what, limit: self.limits.layers as u64 });
        }
        Ok(())
    }

    /// A manifest or configuration, verified.
    pub(crate) fn document(&self, part: &Descriptor, what: &'static str) -> Result<Vec<u8>, OciErrorKind> {
        if part.size > self.limits.document_bytes {
            return Err(OciErrorKind::TooLarge { what, limit: self.limits.document_bytes });
        }
        let documents = || self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = documents().get(&part.digest).filter(|known| known.len() as u64 == part.size) {
            return Ok(known.clone());
        }
        let bytes = verify::read_all(self.parts.open(part)?, part, what, self.limits.document_bytes)?;
        documents().insert(part.digest.clone(), bytes.clone());
        Ok(bytes)
    }

    /// A layer as stored; reading fails if it does not match its digest.
    pub(crate) fn layer(&self, part: &Descriptor) -> Result<impl Read + '_, OciErrorKind> {
        if part.size > self.limits.layer_bytes {
            return Err(OciErrorKind::TooLarge { what: "a layer", limit: self.limits.layer_bytes });
        }
        Ok(verify::VerifyingReader::new(self.parts.open(part)?, part))
    }

    pub(crate) fn with_subject<T>(&self, result: Result<T, OciErrorKind>) -> Result<T, OciError> {
        result.map_err(|cause| OciError::new(&self.subject, cause))
    }
}

impl fmt::Debug for ImageReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = &self.root.descriptor.digest;
        f.debug_struct("ImageReader")
            .field("subject", &self.subject)
            .field("digest", digest)
            .finish_non_exhaustive()
    }
}

fn read_files(image: &ImageReader, manifest: &Manifest, folder: &str) -> Result<ImageContents, OciErrorKind> {
    if !folder.is_empty() {
        path::check(folder)?;
    }
    let mut budget = ReadBudget::new(&image.limits);
    let mut stack = LayerStack::new(folder);
    let config = ConfigDocument::parse(&image.document(&manifest.config, "the configuration")?)?;
    let diff_ids = config.rootfs.diff_ids;
    if diff_ids.len() != manifest.layers.len() {
        return Err(OciErrorKind::broken("the configuration", "its layers are not those of the manifest"));
    }
    for (part, diff_id) in manifest.layers.iter().zip(diff_ids) {
        let raw = image.layer(part)?;
        let found = read_layer(raw, part, &mut stack, &mut budget)?;
        if found != diff_id {
            return Err(OciErrorKind::DigestMismatch { expected: diff_id, found });
        }
        stack.settle();
    }
    stack.contents(&mut budget)
}

/// Reads a layer; returns the digest of the unpacked archive.
fn read_layer(
    raw: impl Read,
    part: &Descriptor,
    stack: &mut LayerStack,
    budget: &mut ReadBudget<'_>,
) -> Result<Digest, OciErrorKind> {
    let found = match part.media_type.as_str() {
        MediaType::LAYER_GZIP | MediaType::DOCKER_LAYER_GZIP => {
            unpack(MultiGzDecoder::new(raw), stack, budget)
                .and_then(|(decoder, found)| drain(decoder.into_inner()).map(|()| found))
        }
        MediaType::LAYER => unpack(raw, stack, budget).map(|(_, found)| found),
        other => Err(OciErrorKind::UnknownType(start_points::shown::shown(other).into_owned())),
    };
    found.map_err(|cause| match cause {
        // The archive is malformed, or its compression.
        OciErrorKind::Io(why) => OciErrorKind::broken("a layer", why),
        other => other,
    })
}

/// Reads an archive to the end of its stream, where its digest is verified.
fn unpack<R: Read>(
    archive: R,
    stack: &mut LayerStack,
    budget: &mut ReadBudget<'_>,
) -> Result<(R, Digest), OciErrorKind> {
    let (left, limit) = (budget.unpacked, budget.limits.unpacked_bytes);
    let mut bounded = BoundedReader { inner: archive, left, limit, hash: Sha256::new() };
    tar_reader::each_entry(&mut bounded, budget.limits.path_bytes, |entry| {
        budget.entry()?;
        add_entry(entry, stack, budget)
    })?;
    drain(&mut bounded)?;
    budget.unpacked = bounded.left;
    Ok((bounded.inner, Digest::from_hash(bounded.hash)))
}

fn add_entry(
    mut entry: TarEntry<'_>,
    stack: &mut LayerStack,
    budget: &mut ReadBudget<'_>,
) -> Result<(), OciErrorKind> {
    let Some(path) = path::normalized(&entry.path)? else { return Ok(()) };
    let Some(path) = stack.path_below(path, entry.is_folder)? else { return Ok(()) };
    budget.keep(path.len() as u64)?;
    if is_whiteout(&path) {
        // Engines ignore the type of a whiteout, too.
        stack.other(path);
    } else if entry.is_regular {
        if entry.size > budget.limits.file_bytes {
            stack.oversized(path, entry.size);
            return Ok(());
        }
        budget.keep(entry.size)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        stack.file(path, bytes, entry.is_executable);
    } else if entry.is_folder {
        stack.folder(&path);
    } else {
        match &entry.link {
            TarLink::Hard(target) => {
                let target = path::normalized(target)?.and_then(|target| stack.hard_link_target(target));
                budget.keep(stack.hard_link(path, target.as_deref().unwrap_or_default()))?;
            }
            TarLink::Symbolic(text) => {
                budget.keep(text.len() as u64)?;
                stack.symbolic_link(path, text);
            }
            TarLink::None => stack.other(path),
        }
    }
    Ok(())
}

fn drain(mut reader: impl Read) -> Result<(), OciErrorKind> {
    io::copy(&mut reader, &mut io::sink())?;
    Ok(())
}

/// Bounds the unpacked bytes and computes their digest.
struct BoundedReader<R> {
    inner: R,
    left: u64,
    limit: u64,
    hash: Sha256,
}

impl<R: Read> Read for BoundedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let too_large =
            || OciErrorKind::TooLarge { what: "the unpacked content", limit: self.limit }.into_io();
        self.left = self.left.checked_sub(read as u64).ok_or_else(too_large)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
