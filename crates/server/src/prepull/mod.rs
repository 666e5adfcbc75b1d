//! Pre-pulling: the images that a catalogue names are pulled before the service is ready.
//!
//! [`PrePuller`] runs one task for each image and publishes [`PullProgress`], an in-memory snapshot: reading it never
//! triggers work. A marker file makes a restart with the same catalogue ready at once. [`PrePullTask`] follows
//! the reloads of a running service and reports the progress as its readiness.

mod marker;
mod options;
mod progress;
mod puller;
mod worker;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use start_points_oci::Digest;
use tokio::sync::watch;

use crate::serve::ServerHandle;
use crate::settings::Readiness;
use crate::state::CatalogueInfo;

pub use options::{MissingImages, PrePullOptions, ReadyWhen, RetryPauses, UnknownChoice};
pub use progress::{ImageState, PullFailure, PullProgress};
pub use puller::PrePuller;

/// Changes arrive by the hundred; those within this time are reported together.
const BATCH: Duration = Duration::from_millis(100);

/// How often received bytes are reported.
const BYTES_INTERVAL: Duration = Duration::from_secs(1);

/// Pulls the images of the catalogue that a service serves.
#[derive(Debug)]
pub struct PrePullTask {
    handle: ServerHandle,
    catalogues: watch::Receiver<CatalogueInfo>,
    puller: PrePuller,
}

impl PrePullTask {
    /// Starts to pull. When this returns, the service is ready only if the images in the marker are enough.
    pub async fn start(handle: ServerHandle, options: PrePullOptions) -> Self {
        let mut catalogues = handle.catalogue_info();
        let info = catalogues.borrow_and_update().clone();
        let puller = PrePuller::start(info.image_names.iter().cloned(), digest(&info), options).await;
        let task = Self { handle, catalogues, puller };
        task.report(&task.puller.watch().borrow());
        task
    }

    /// Reports the progress and follows reloads, until the service ends.
    pub async fn run(mut self) {
        let mut progress = self.puller.watch();
        loop {
            let is_pulling = {
                let progress = progress.borrow_and_update();
                self.report(&progress);
                progress.images().any(|(_, state)| matches!(state, ImageState::Pulling { .. }))
            };
            tokio::select! {
                changed = self.catalogues.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let info = self.catalogues.borrow_and_update().clone();
                    self.puller.replace(info.image_names.iter().cloned(), digest(&info));
                }
                () = settled(&mut progress) => {}
                () = tokio::time::sleep(BYTES_INTERVAL), if is_pulling => {}
            }
        }
    }

    fn report(&self, progress: &PullProgress) {
        let missing: BTreeSet<String> = progress.not_offered().map(str::to_owned).collect();
        let readiness = Readiness {
            ready: progress.is_ready(),
            missing_images: missing,
            details: Some(details(progress)),
        };
        self.handle.readiness().send_if_modified(|reported| {
            let is_new = *reported != readiness;
            *reported = readiness;
            is_new
        });
    }
}

async fn settled(progress: &mut watch::Receiver<PullProgress>) {
    if progress.changed().await.is_err() {
        // Never happens: the task holds the sender.
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(BATCH).await;
}

fn digest(info: &CatalogueInfo) -> Digest {
    Digest::of(info.digest.as_bytes())
}

/// The `details` of `/v1/ready`: counts, and every image that is not present.
fn details(progress: &PullProgress) -> Value {
    let absent = progress.images().filter(|(_, state)| !state.is_present());
    let images: Map<String, Value> =
        absent.map(|(image, state)| (image.to_owned(), image_details(state))).collect();
    json!({
        "total": progress.total(),
        "there": progress.present(),
        "refused": progress.permanently_failed(),
        "images": images,
    })
}

fn image_details(state: &ImageState) -> Value {
    match state {
        ImageState::Waiting => json!({"state": "waiting"}),
        ImageState::Pulling { received, expected: 0 } => json!({"state": "pulling", "received": received}),
        ImageState::Pulling { received, expected } => {
            json!({"state": "pulling", "received": received, "expected": expected})
        }
        ImageState::Present => json!({"state": "there"}),
        ImageState::Failed(failure) => json!({
            "state": "failed",
            "reason": failure.error.to_string(),
            "hint": failure.error.hint(),
            "failures": failure.failures,
            "lasting": failure.error.is_permanent(),
        }),
    }
}
