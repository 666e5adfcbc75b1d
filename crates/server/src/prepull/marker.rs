//! The marker file: which images of which catalogue were present, for the next start.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use start_points_io::{read_regular_file, write_cache_file};
use start_points_oci::Digest;
use thiserror::Error;
use tokio::sync::watch;
use tracing::warn;

use crate::prepull::progress::{ImageState, PullProgress};

const MAX_BYTES: u64 = 16 << 20;
const VERSION: u32 = 1;

/// The shortest time between two writes: images may arrive by the hundred.
const PAUSE: Duration = Duration::from_millis(250);

/// The content of a marker file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    version: u32,
    /// The catalogue.
    catalogue: Digest,
    /// The images that were present, by their shortest full name.
    pub(crate) images: BTreeSet<String>,
    /// The images that could not be pulled.
    #[serde(default)]
    pub(crate) without: BTreeSet<String>,
}

/// The marker file cannot be written: the next start waits for every image.
#[derive(Debug, Error)]
#[error("cannot write the marker `{}`: {error}", path.display())]
pub(crate) struct MarkerError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

impl MarkerError {
    pub(crate) const fn hint(&self) -> &'static str {
        "use a file in a persistent folder that the service can write to"
    }
}

impl Marker {
    fn new(catalogue: Digest, images: BTreeSet<String>, without: BTreeSet<String>) -> Self {
        Self { version: VERSION, catalogue, images, without }
    }

    /// The marker for the next start, once enough images are present.
    fn of_ready(progress: &PullProgress) -> Option<Self> {
        let keys_of = |is: fn(&ImageState) -> bool| {
            progress.images().filter(|(_, state)| is(state)).map(|(key, _)| key.to_owned()).collect()
        };
        progress.is_ready().then(|| {
            let (present, failed) = (keys_of(ImageState::is_present), keys_of(ImageState::is_permanent));
            Self::new(progress.catalogue().clone(), present, failed)
        })
    }

    /// Reads the marker of this catalogue; `None` if there is no valid one.
    fn read(path: &Path, catalogue: &Digest) -> Option<Self> {
        let bytes = read_regular_file(path, MAX_BYTES).ok()?;
        let marker: Self = serde_json::from_slice(&bytes).ok()?;
        (marker.version == VERSION && marker.catalogue == *catalogue).then_some(marker)
    }

    /// Writes the file. Losing it in a crash only costs a slower start, so it is not synced to disk.
    fn write(&self, path: &Path) -> Result<(), MarkerError> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::from);
        let written = text.and_then(|text| write_cache_file(path, format!("{text}\n").as_bytes()));
        written.map_err(|error| MarkerError { path: path.to_owned(), error })
    }
}

/// Reads the marker of this catalogue, if there is a valid one.
pub(crate) async fn read_marker(path: Option<PathBuf>, catalogue: Digest) -> Option<Marker> {
    let path = path?;
    tokio::task::spawn_blocking(move || Marker::read(&path, &catalogue)).await.ok()?
}

/// Writes the marker once enough images are present and whenever that changes, until the progress ends.
pub(crate) async fn keep_marker(
    path: PathBuf,
    mut written: Option<Marker>,
    mut progress: watch::Receiver<PullProgress>,
) {
    let mut is_reported = false;
    loop {
        let marker = Marker::of_ready(&progress.borrow_and_update());
        if marker.is_some() && marker != written {
            let (path, content) = (path.clone(), marker.clone());
            let result = tokio::task::spawn_blocking(move || content.map(|content| content.write(&path)));
            match result.await {
                Ok(Some(Err(error))) if !is_reported => {
                    warn!(hint = error.hint(), "{error}");
                    is_reported = true;
                }
                Ok(Some(Ok(()))) => written = marker,
                _ => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
        if progress.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use start_points_container::PullError;

    use super::*;
    use crate::prepull::options::{MissingImages, ReadyWhen};
    use crate::prepull::progress::{PullFailure, PullPlan, ReadyPolicy};

    fn marker() -> Marker {
        Marker::new(Digest::of(b"a"), BTreeSet::from(["docker.io/x/y:1".to_owned()]), BTreeSet::new())
    }

    #[test]
    fn a_marker_is_valid_for_one_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pulled.json");
        assert_eq!(Marker::read(&path, &Digest::of(b"a")), None);
        marker().write(&path).unwrap();
        assert_eq!(Marker::read(&path, &Digest::of(b"a")), Some(marker()));
        assert_eq!(Marker::read(&path, &Digest::of(b"b")), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_invalid_marker_is_ignored() {
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
    fn an_unwritable_path_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = marker().write(&folder.path().join("none/pulled.json")).unwrap_err();
        assert!(error.to_string().contains("none/pulled.json") && error.hint().contains("folder"), "{error}");
    }

    #[test]
    fn a_marker_restores_readiness() {
        let plan = PullPlan::from_names(["a:1", "b:1"].map(str::to_owned));
        let all = ReadyPolicy { ready_when: ReadyWhen::All, missing: MissingImages::StayUnready };
        let without = ReadyPolicy { missing: MissingImages::ServeWithout, ..all };
        let mut progress = PullProgress::new(Digest::of(b"a"), &plan, without, |_| None);
        progress.set("a:1", ImageState::Present);
        assert_eq!(Marker::of_ready(&progress), None);
        let error = PullError::Missing("manifest unknown".to_owned());
        progress.set("b:1", ImageState::Failed(PullFailure { error, failures: 1 }));
        let marker = Marker::of_ready(&progress).unwrap();
        for (policy, is_ready) in [(without, true), (all, false)] {
            let restored =
                PullProgress::restored(Digest::of(b"a"), &plan, policy, &marker.images, &marker.without);
            assert_eq!(restored.is_ready(), is_ready);
        }
    }
}
