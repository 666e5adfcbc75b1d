//! Opening an image of a layout.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{INDEX, NAME, blob_path};
use crate::cause::Cause;
use crate::descriptor::Descriptor;
use crate::error::ImageError;
use crate::image::Blob;
use crate::limits::Limits;
use crate::manifest::Index;
use crate::stored::{Parts, StoredImage};
use crate::verify;

/// Opens an image of a layout: that of this name, or without a name the only one.
///
/// # Errors
///
/// A folder that is no layout, or has no such image; whatever cannot be read, or is not what its digest says.
pub fn open(folder: &Path, name: Option<&str>, limits: Limits) -> Result<StoredImage, ImageError> {
    let subject = folder.display().to_string();
    let parts = Folder(folder.to_owned());
    match root(&parts, name, &limits) {
        Ok(root) => Ok(StoredImage::new(subject, root, limits, Box::new(parts))),
        Err(cause) => Err(ImageError::new(&subject, cause)),
    }
}

fn root(parts: &Folder, name: Option<&str>, limits: &Limits) -> Result<Blob, Cause> {
    if !super::is_layout(&parts.0) {
        return Err(if parts.0.is_dir() { Cause::NotALayout } else { Cause::NoImage });
    }
    let mut text = Vec::new();
    regular(&parts.0.join(INDEX))?.take(limits.document_bytes + 1).read_to_end(&mut text)?;
    if text.len() as u64 > limits.document_bytes {
        return Err(Cause::TooLarge { what: "the index", limit: limits.document_bytes });
    }
    let index = Index::parse(&text)?;
    let is_named = |listed: &&Descriptor| listed.annotations.get(NAME).map(String::as_str) == name;
    let found = match name {
        Some(_) => index.manifests.iter().find(is_named).ok_or(Cause::NoImage)?,
        None if index.manifests.len() > 1 => return Err(Cause::NoTag),
        None => index.manifests.first().ok_or(Cause::NoImageInside)?,
    };
    let bytes = verify::whole(parts.open(found)?, found, "the manifest", limits.document_bytes)?;
    Ok(Blob { descriptor: Descriptor::new(&found.media_type, found.digest.clone(), found.size), bytes })
}

struct Folder(PathBuf);

impl Parts for Folder {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, Cause> {
        match regular(&blob_path(&self.0, &part.digest)) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Cause::NoBlob(part.digest.clone())),
            Err(error) => Err(error.into()),
        }
    }
}

/// Opens a file, but no link and nothing that would block.
fn regular(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a part of the layout is not a regular file"));
    }
    File::open(path)
}
