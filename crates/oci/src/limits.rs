//! Resource limits for untrusted images.

use std::time::Duration;

/// Resource limits for untrusted images. Beyond them is an error that names the image.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OciLimits {
    /// Time for everything that is done with one image.
    pub time: Duration,
    /// Time without a byte from a registry.
    pub stall: Duration,
    /// The bytes of a manifest, an index, a configuration or a page of tags.
    pub document_bytes: u64,
    /// The bytes of a layer as stored and sent.
    pub layer_bytes: u64,
    /// The bytes of all layers of an image, unpacked.
    pub unpacked_bytes: u64,
    /// The layers of an image, and the images of an index.
    pub layers: usize,
    /// The entries of all layers of an image.
    pub entries: usize,
    /// The bytes of a path.
    pub path_bytes: usize,
    /// The bytes of one file that is read.
    pub file_bytes: u64,
    /// The bytes of all files that are read.
    pub total_bytes: u64,
    /// The tags of a repository.
    pub tags: usize,
}

impl Default for OciLimits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            stall: Duration::from_secs(30),
            document_bytes: 4 << 20,
            layer_bytes: 1 << 30,
            unpacked_bytes: 4 << 30,
            layers: 128,
            entries: 500_000,
            path_bytes: 4096,
            // The largest file is a catalogue's list of digests, with some 110 bytes per file.
            file_bytes: 16 << 20,
            total_bytes: 64 << 20,
            tags: 500_000,
        }
    }
}
