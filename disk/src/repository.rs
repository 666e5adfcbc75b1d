//! A start-point on disk: its manifest, the files it names, and the docker folder of its repository.

use std::fs;
use std::path::{Path, PathBuf};

use start_points::check::{Docker, Manifest};
use start_points::files::Files;
use start_points::json::MAX_BYTES;
use start_points::layout;

use crate::files;

/// The most bytes of a manifest; the engine says so of a longer one.
pub const MAX_MANIFEST: u64 = MAX_BYTES as u64;

/// The most bytes of a Dockerfile.
const MAX_DOCKERFILE: u64 = 1 << 20;

/// The docker folder of a repository, also where it is not there.
#[must_use]
pub fn docker(folder: &Path) -> Docker {
    Docker {
        path: files::shown(folder).into(),
        image_name: files::source_file(&folder.join("image_name.json"), MAX_MANIFEST),
        dockerfile: files::source_file(&folder.join("Dockerfile"), MAX_DOCKERFILE),
        dockerfile_base: files::source_file(&folder.join("Dockerfile.base"), MAX_DOCKERFILE),
    }
}

/// The docker folder of the repository that a manifest at `…/start_point/manifest.json` belongs to.
#[must_use]
pub fn docker_of(manifest: &Path) -> Option<Docker> {
    let text = manifest.to_str()?;
    if let Some(folder) = layout::docker_folder(&text.replace('\\', "/")) {
        return Some(docker(Path::new(&folder)));
    }
    // `manifest.json` given from inside start_point/.
    let folder = fs::canonicalize(parent(manifest)).ok()?;
    (folder.file_name()? == "start_point").then(|| docker(&parent(manifest).join("../docker")))
}

/// The folder of a file; `.` for a bare name.
#[must_use]
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The files that a manifest sees.
#[must_use]
pub fn files(path: &Path, manifest: &Manifest<'_>) -> Files {
    files::beside(parent(path), &manifest.named_files())
}

/// The one manifest that a path means: itself, or the one in that folder, or the one in its `start_point/`.
#[must_use]
pub fn manifest_at(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    [path.join(layout::MANIFEST), path.join("start_point").join(layout::MANIFEST)]
        .into_iter()
        .find(|path| path.is_file())
}
