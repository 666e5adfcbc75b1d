//! Where a catalogue is read from: a folder on disk, or the files of an image.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_points::layout;

use super::{ReadError, disk};

/// Where the files of a catalogue lie. Paths are relative, with forward slashes.
pub trait Place {
    /// What messages call the catalogue, or a file of it where `path` is not empty.
    fn called(&self, path: &str) -> PathBuf;

    /// The manifests in the numbered folders, not in dot-folders: number and path, by number, then by path.
    ///
    /// # Errors
    /// Where the files cannot be listed, or are more than is looked at.
    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError>;

    /// The bytes of a regular file; `None` where nothing is there.
    ///
    /// # Errors
    /// Where it cannot be read, or has more bytes than `limit`.
    fn bytes(&self, path: &str, limit: u64) -> Result<Option<Cow<'_, [u8]>>, ReadError>;
}

impl Place for Path {
    fn called(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.to_owned() } else { self.join(path) }
    }

    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError> {
        disk::manifests(self)
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Option<Cow<'_, [u8]>>, ReadError> {
        Ok(disk::bytes(&self.join(path), limit)?.map(Cow::Owned))
    }
}

/// A catalogue whose files are in memory, such as those that an image holds below `app/repos`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What messages call it: the image's name.
    pub name: String,
    /// The bytes of its files, by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Place for Held {
    fn called(&self, path: &str) -> PathBuf {
        Path::new(&self.name).called(path)
    }

    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError> {
        let numbered = |path: &String| {
            let (number, below) = path.split_once('/')?;
            let is_hidden = layout::folder(below).split('/').any(|name| name.starts_with('.'));
            let counts = layout::is_manifest(path) && !is_hidden;
            Some((number.parse().ok().filter(|_| counts)?, path.clone()))
        };
        let mut found: Vec<_> = self.files.keys().filter_map(numbered).collect();
        found.sort();
        Ok(found)
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Option<Cow<'_, [u8]>>, ReadError> {
        match self.files.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => {
                Err(ReadError::TooMany { path: self.called(path), what: "bytes", limit })
            }
            found => Ok(found.map(|bytes| Cow::Borrowed(bytes.as_slice()))),
        }
    }
}
