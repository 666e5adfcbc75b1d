//! Whether a folder is the layout that would be written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{INDEX, MARKER, MARKER_TEXT, blob_path};
use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::image::Image;
use crate::verify::Verifying;

/// Whether the layout holds this image alone, every byte of it. What cannot be read differs.
pub(super) fn is_same(layout: &Path, index: &[u8], image: &Image) -> bool {
    let own = image.blobs.iter().chain(&image.manifests).chain([&image.root]).map(|blob| &blob.descriptor);
    let parts: BTreeMap<&Digest, &Descriptor> =
        own.chain(&image.borrowed).map(|part| (&part.digest, part)).collect();
    holds(layout, 3)
        && holds(&layout.join("blobs"), 1)
        && holds(&layout.join("blobs").join("sha256"), parts.len())
        && fs::read(layout.join(INDEX)).is_ok_and(|bytes| bytes == index)
        && fs::read(layout.join(MARKER)).is_ok_and(|bytes| bytes == MARKER_TEXT)
        && parts.values().all(|part| is_part(&blob_path(layout, &part.digest), part))
}

fn holds(folder: &Path, entries: usize) -> bool {
    fs::read_dir(folder).is_ok_and(|found| found.count() == entries)
}

fn is_part(path: &Path, part: &Descriptor) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() == part.size);
    is_file
        && File::open(path)
            .and_then(|file| io::copy(&mut Verifying::new(file, part), &mut io::sink()))
            .is_ok()
}
