//! The images that are served are pulled, and readiness says how far that is.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use start_points_container::{ImageState, Options, Progress, Pulls};
use start_points_oci::Digest;
use tokio::sync::watch;

use crate::serve::ServerHandle;
use crate::settings::Readiness;
use crate::state::CatalogueInfo;

/// Changes come by the hundred: those of so long are told together.
const TOGETHER: Duration = Duration::from_millis(100);

/// Bytes that come change nothing but what is told of them.
const BYTES: Duration = Duration::from_secs(1);

/// The images of whatever a service serves, on their way.
#[derive(Debug)]
pub struct Pulling {
    handle: ServerHandle,
    catalogues: watch::Receiver<CatalogueInfo>,
    pulls: Pulls,
}

impl Pulling {
    /// Starts to pull. When this answers, the service is ready only if what a marker names is enough.
    pub async fn start(handle: ServerHandle, options: Options) -> Self {
        let mut catalogues = handle.catalogue_info();
        let info = catalogues.borrow_and_update().clone();
        let pulls = Pulls::start(info.image_names.iter().cloned(), digest(&info), options).await;
        let pulling = Self { handle, catalogues, pulls };
        pulling.tell(&pulling.pulls.watch().borrow());
        pulling
    }

    /// Tells how far it is, and goes on with what a reload brings, until the service is gone.
    pub async fn follow(mut self) {
        let mut progress = self.pulls.watch();
        loop {
            let is_pulling = {
                let progress = progress.borrow_and_update();
                self.tell(&progress);
                progress.images().any(|(_, state)| matches!(state, ImageState::Pulling { .. }))
            };
            tokio::select! {
                changed = self.catalogues.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let info = self.catalogues.borrow_and_update().clone();
                    self.pulls.replace(info.image_names.iter().cloned(), digest(&info));
                }
                () = settled(&mut progress) => {}
                () = tokio::time::sleep(BYTES), if is_pulling => {}
            }
        }
    }

    fn tell(&self, progress: &Progress) {
        let missing: BTreeSet<String> = progress.not_offered().map(str::to_owned).collect();
        let readiness = Readiness {
            ready: progress.is_ready(),
            missing_images: missing,
            details: Some(details(progress)),
        };
        self.handle.readiness().send_if_modified(|told| {
            let is_new = *told != readiness;
            *told = readiness;
            is_new
        });
    }
}

async fn settled(progress: &mut watch::Receiver<Progress>) {
    if progress.changed().await.is_err() {
        // Never: whoever waits holds the other end.
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(TOGETHER).await;
}

fn digest(info: &CatalogueInfo) -> Digest {
    Digest::of(info.digest.as_bytes())
}

/// What `/v1/ready` tells: counts, and every image that is not there.
fn details(progress: &Progress) -> Value {
    let absent = progress.images().filter(|(_, state)| !state.is_there());
    let images: Map<String, Value> =
        absent.map(|(image, state)| (image.to_owned(), described(state))).collect();
    json!({
        "total": progress.total(),
        "there": progress.there(),
        "refused": progress.lasting(),
        "images": images,
    })
}

fn described(state: &ImageState) -> Value {
    match state {
        ImageState::Waiting => json!({"state": "waiting"}),
        ImageState::Pulling { received, expected: 0 } => json!({"state": "pulling", "received": received}),
        ImageState::Pulling { received, expected } => {
            json!({"state": "pulling", "received": received, "expected": expected})
        }
        ImageState::There => json!({"state": "there"}),
        ImageState::Failed(failure) => json!({
            "state": "failed",
            "reason": failure.cause.to_string(),
            "hint": failure.cause.hint(),
            "failures": failure.failures,
            "lasting": failure.cause.is_lasting(),
        }),
    }
}
