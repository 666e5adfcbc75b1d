//! What lies beside a manifest of a catalogue, on disk or in an image.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_points::check::{Docker, Manifest, SourceFile};
use start_points::files::{Entry, Files, Other, normal};
use start_points::layout;
use start_points_catalogue::read::{Held, Place, ReadError};
use start_points_disk::files;
use start_points_disk::repository::{self, MAX_MANIFEST};
use start_points_image::Contents;

/// A catalogue's files, as the engine wants to see them.
pub(super) trait Beside: Place + Sync {
    /// The files that a manifest names.
    fn files(&self, path: &str, manifest: &Manifest<'_>) -> Files;

    /// What names its image, where that is not the manifest; the rest of the folder is no part of a catalogue.
    fn docker(&self, path: &str) -> Option<Docker>;
}

impl Beside for Path {
    fn files(&self, path: &str, manifest: &Manifest<'_>) -> Files {
        let path = self.join(path);
        files::named(repository::parent(&path), &manifest.named_files())
    }

    fn docker(&self, path: &str) -> Option<Docker> {
        let folder = self.join(layout::docker_folder(path)?);
        let image_name = files::source_file(&folder.join("image_name.json"), MAX_MANIFEST);
        Some(Docker { image_name, ..Docker::empty(files::shown(&folder)) })
    }
}

/// A catalogue that was taken out of an image.
pub(super) struct Unpacked {
    held: Held,
    oversized: BTreeMap<String, u64>,
    irregular: Vec<String>,
}

impl Unpacked {
    pub(super) fn new(name: String, mut contents: Contents) -> Self {
        contents.irregular.sort();
        Self {
            held: Held { name, files: contents.files },
            oversized: contents.oversized,
            irregular: contents.irregular,
        }
    }

    fn entry(&self, path: &String) -> Option<Entry> {
        if let Some(bytes) = self.held.files.get(path) {
            return Some(Entry::Content(bytes.clone()));
        }
        if let Some(size) = self.oversized.get(path) {
            return Some(Entry::Size(*size));
        }
        self.irregular.binary_search(path).is_ok().then_some(Entry::Other(Other::Special))
    }
}

impl Place for Unpacked {
    fn called(&self, path: &str) -> PathBuf {
        self.held.called(path)
    }

    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError> {
        self.held.manifests()
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Option<Cow<'_, [u8]>>, ReadError> {
        self.held.bytes(path, limit)
    }
}

impl Beside for Unpacked {
    fn files(&self, path: &str, manifest: &Manifest<'_>) -> Files {
        let mut files = Files::new();
        for name in manifest.named_files() {
            let below = layout::join(layout::folder(path), &normal(name));
            if let Some(entry) = self.entry(&below) {
                files.insert(name, entry);
            }
        }
        files
    }

    fn docker(&self, path: &str) -> Option<Docker> {
        let folder = layout::docker_folder(path)?;
        let path = layout::join(&folder, "image_name.json");
        let file = |bytes: &Vec<u8>| SourceFile {
            path: files::shown(&self.called(&path)).into(),
            content: Ok(bytes.clone()),
        };
        let image_name = self.held.files.get(&path).map(file);
        Some(Docker { image_name, ..Docker::empty(files::shown(&self.called(&folder))) })
    }
}
