//! The docker folder of a language + test-framework repository, or of a base language.

use std::sync::Arc;

use crate::files::{FileEntry, FileSet};
use crate::json::{Document, MAX_BYTES, quoted};
use crate::layout;

/// The most bytes of a Dockerfile that are read.
const MAX_DOCKERFILE: usize = 1 << 20;

/// A file that is there, with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies, with forward slashes.
    pub path: Arc<str>,
    /// Its bytes, or why they cannot be read.
    pub content: Result<Vec<u8>, String>,
}

/// What matters of a repository's `docker/` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The folder, with forward slashes, also where it is not there.
    pub path: Arc<str>,
    /// `docker/image_name.json`.
    pub image_name: Option<SourceFile>,
    /// `docker/Dockerfile`.
    pub dockerfile: Option<SourceFile>,
    /// `docker/Dockerfile.base`; where it is there it is the truth, and `Dockerfile` is often stale.
    pub dockerfile_base: Option<SourceFile>,
}

impl Docker {
    /// The folder at this path, with nothing in it.
    #[must_use]
    pub fn empty(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), image_name: None, dockerfile: None, dockerfile_base: None }
    }

    /// A folder of which only this is known: what its `image_name.json` declares.
    #[must_use]
    pub fn declaring(image_name: &str) -> Self {
        let content = format!("{{\"image_name\":{}}}", quoted(image_name)).into_bytes();
        let path = layout::join(layout::DOCKER, layout::IMAGE_NAME).into();
        Self { image_name: Some(SourceFile { path, content: Ok(content) }), ..Self::empty(layout::DOCKER) }
    }

    /// The docker folder at this path.
    #[must_use]
    pub fn read(set: &dyn FileSet, folder: &str) -> Self {
        let file = |name, limit| {
            let path = layout::join(folder, name);
            let content = match set.entry(&path, None, limit)? {
                FileEntry::Content(bytes) => Ok(bytes),
                FileEntry::Size(size) => Err(unread(size, limit)),
                FileEntry::Other(other) => Err(other.reason()),
            };
            Some(SourceFile { path: path.into(), content })
        };
        Self {
            path: folder.into(),
            image_name: file(layout::IMAGE_NAME, MAX_BYTES),
            dockerfile: file(layout::DOCKERFILE, MAX_DOCKERFILE),
            dockerfile_base: file(layout::DOCKERFILE_BASE, MAX_DOCKERFILE),
        }
    }

    /// The docker folder of the manifest at `path`, which is at `place` in its repository: the first of
    /// [`layout::docker_folders`] that exists, or else the first.
    pub(crate) fn for_manifest(set: &dyn FileSet, path: &str, place: &str) -> Self {
        let mut first = None;
        for folder in layout::docker_folders(path, place) {
            let docker = Self::read(set, &folder);
            if docker.exists() {
                return docker;
            }
            first.get_or_insert(docker);
        }
        first.unwrap_or_else(|| Self::empty(layout::DOCKER))
    }

    /// Whether there is anything in it.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.files().next().is_some()
    }

    /// Whether an image is built from it.
    #[must_use]
    pub fn builds(&self) -> bool {
        self.dockerfile.is_some() || self.dockerfile_base.is_some()
    }

    /// The path of its `image_name.json`, where that exists.
    #[must_use]
    pub fn image_name_path(&self) -> Option<String> {
        self.image_name.as_ref().map(|file| file.path.to_string())
    }

    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        [&self.image_name, &self.dockerfile, &self.dockerfile_base].into_iter().flatten()
    }

    /// The name in `docker/image_name.json`, where that can be read.
    #[must_use]
    pub fn declared_image_name(&self) -> Option<String> {
        let file = self.image_name.as_ref()?;
        let document = Document::parse(file.content.as_ref().ok()?).ok()?;
        Some(document.get("image_name")?.as_str()?.to_owned())
    }
}

/// Why a regular file has no content here.
pub(crate) fn unread(size: u64, limit: usize) -> String {
    if size > limit as u64 {
        format!("has {size} bytes, more than {limit}")
    } else {
        "its content is not at hand".to_owned()
    }
}
