//! The marker file: which catalogue's images were there, for the next start.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use start_points_io::write_cache_file;
use start_points_oci::Digest;
use thiserror::Error;

const MAX_BYTES: u64 = 16 << 20;
const VERSION: u32 = 1;

/// What a marker file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    version: u32,
    /// The catalogue.
    catalogue: Digest,
    /// The images that were there, in their full spelling.
    pub(crate) images: BTreeSet<String>,
    /// Those that could not be had.
    #[serde(default)]
    pub(crate) without: BTreeSet<String>,
}

/// A marker file that cannot be written: the next start asks the engine for every image.
#[derive(Debug, Error)]
#[error("the marker `{}` cannot be written: {error}", path.display())]
pub struct MarkerError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

impl MarkerError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "name a file in a folder that the service may write, and that outlives a restart"
    }
}

impl Marker {
    pub(crate) fn new(catalogue: Digest, images: BTreeSet<String>, without: BTreeSet<String>) -> Self {
        Self { version: VERSION, catalogue, images, without }
    }

    /// What the file says of this catalogue; `None` where it says nothing of it, or nothing that is understood.
    pub(crate) fn read(path: &Path, catalogue: &Digest) -> Option<Self> {
        // Not to wait for a pipe.
        if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        let marker: Self = serde_json::from_slice(&bytes).ok()?;
        (marker.version == VERSION && marker.catalogue == *catalogue).then_some(marker)
    }

    /// Writes the file. One that is lost when the machine stops is only another start from nothing.
    pub(crate) fn write(&self, path: &Path) -> Result<(), MarkerError> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::from);
        let written = text.and_then(|text| write_cache_file(path, format!("{text}\n").as_bytes()));
        written.map_err(|error| MarkerError { path: path.to_owned(), error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        Marker::new(Digest::of(b"a"), BTreeSet::from(["docker.io/x/y:1".to_owned()]), BTreeSet::new())
    }

    #[test]
    fn it_is_of_one_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pulled.json");
        assert_eq!(Marker::read(&path, &Digest::of(b"a")), None);
        marker().write(&path).unwrap();
        assert_eq!(Marker::read(&path, &Digest::of(b"a")), Some(marker()));
        assert_eq!(Marker::read(&path, &Digest::of(b"b")), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_marker_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pulled.json");
        marker().write(&path).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        let half = &whole[..whole.len() / 2];
        let newer = whole.replace("\"version\": 1", "\"version\": 2");
        for text in ["", half, &newer, "[]", "all-pulled", "{\"catalogue\": 1}"] {
            fs::write(&path, text).unwrap();
            assert_eq!(Marker::read(&path, &Digest::of(b"a")), None, "{text}");
        }
        assert_eq!(Marker::read(folder.path(), &Digest::of(b"a")), None);
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = marker().write(&folder.path().join("none/pulled.json")).unwrap_err();
        assert!(error.to_string().contains("none/pulled.json") && error.hint().contains("folder"), "{error}");
    }
}
