//! The marker file, kept in step with how far it is.

use std::path::PathBuf;
use std::time::Duration;

use start_points_oci::Digest;
use tokio::sync::watch;
use tracing::warn;

use crate::marker::Marker;
use crate::progress::Progress;

/// Markers are written no oftener: images may come by the hundred.
const BETWEEN: Duration = Duration::from_millis(250);

/// What the marker says of this catalogue.
pub(crate) async fn read(path: Option<PathBuf>, catalogue: Digest) -> Option<Marker> {
    let path = path?;
    tokio::task::spawn_blocking(move || Marker::read(&path, &catalogue)).await.ok()?
}

/// Writes what is there, as soon as it is enough and whenever it changes; for ever.
pub(crate) async fn write(
    path: PathBuf,
    mut written: Option<Marker>,
    mut progress: watch::Receiver<Progress>,
) {
    let mut is_told = false;
    loop {
        let marker = progress.borrow_and_update().marker();
        if marker.is_some() && marker != written {
            let (place, content) = (path.clone(), marker.clone());
            let result = tokio::task::spawn_blocking(move || content.map(|content| content.write(&place)));
            match result.await {
                Ok(Some(Err(error))) if !is_told => {
                    warn!(hint = error.hint(), "{error}");
                    is_told = true;
                }
                Ok(Some(Ok(()))) => written = marker,
                _ => {}
            }
            tokio::time::sleep(BETWEEN).await;
        }
        if progress.changed().await.is_err() {
            return;
        }
    }
}
