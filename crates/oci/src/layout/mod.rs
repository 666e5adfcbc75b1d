//! An image as a folder: the OCI image layout, which skopeo, umoci, podman and the like read.

mod open;
mod same;
mod write;

pub use open::open;
pub use write::{check_place, write};

use std::path::{Path, PathBuf};

use crate::digest::Digest;

const MARKER: &str = "oci-layout";
const MARKER_TEXT: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
const INDEX: &str = "index.json";
/// The annotation that names an image of a layout.
const NAME: &str = "org.opencontainers.image.ref.name";

/// Whether a folder says that it is an image layout.
#[must_use]
pub fn is_layout(folder: &Path) -> bool {
    folder.join(MARKER).is_file()
}

fn blob_path(layout: &Path, digest: &Digest) -> PathBuf {
    layout.join("blobs").join("sha256").join(digest.hex())
}
