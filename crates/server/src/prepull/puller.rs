//! One task for each image of a catalogue, and none for an image that it does not name.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use start_points_oci::Digest;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::prepull::marker::{keep_marker, read_marker};
use crate::prepull::options::PrePullOptions;
use crate::prepull::progress::{PullPlan, PullProgress, ReadyPolicy};
use crate::prepull::worker::Worker;

/// Pulls the images of a catalogue in the background, until dropped.
pub struct PrePuller {
    worker: Arc<Worker>,
    tasks: Mutex<HashMap<String, JoinHandle<()>>>,
    marker: Option<JoinHandle<()>>,
}

impl PrePuller {
    /// Starts to pull the images that the engine does not have, and returns at once. `catalogue` identifies the
    /// catalogue.
    ///
    /// If the marker file is of the same catalogue, its images count as present. The engine is asked about them all
    /// the same, and an image that was removed since is pulled again without the others waiting for it.
    pub async fn start(
        images: impl IntoIterator<Item = String>,
        catalogue: Digest,
        options: PrePullOptions,
    ) -> Self {
        let policy = ReadyPolicy { ready_when: options.ready_when, missing: options.missing };
        let plan = PullPlan::from_names(images);
        let marker = read_marker(options.marker.clone(), catalogue.clone()).await;
        let progress = match &marker {
            Some(marker) => PullProgress::restored(catalogue, &plan, policy, &marker.images, &marker.without),
            None => PullProgress::new(catalogue, &plan, policy, |_| None),
        };
        let (total, present) = (progress.total(), progress.present());
        info!(total, present, ready = progress.is_ready(), socket = %options.socket, "pulling images");
        let path = options.marker.clone();
        let worker = Arc::new(Worker::new(options, progress));
        let receiver = worker.progress().subscribe();
        let keep = |path| tokio::spawn(keep_marker(path, marker, receiver));
        let puller = Self { marker: path.map(keep), tasks: Mutex::default(), worker };
        puller.run(plan);
        puller
    }

    /// The progress, now and as it changes. Reading it asks nothing of the engine.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<PullProgress> {
        self.worker.progress().subscribe()
    }

    /// Goes on with the images of another catalogue, or of the same: present images stay present unless the engine
    /// says otherwise, images that are no longer named are no longer pulled, only new ones are requested, and failed
    /// ones are retried now. Must be called within the runtime.
    pub fn replace(&self, images: impl IntoIterator<Item = String>, catalogue: Digest) {
        let plan = PullPlan::from_names(images);
        self.worker.progress().send_modify(|progress| *progress = progress.for_next(catalogue, &plan));
        self.run(plan);
        self.worker.retry_now();
    }

    /// Stops, and waits until no request to the engine is left.
    pub async fn stop(mut self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for (_, task) in tasks {
            task.abort();
            let _ = task.await;
        }
        if let Some(marker) = self.marker.take() {
            marker.abort();
            let _ = marker.await;
        }
    }

    /// One task for every image of the plan, and for no other.
    fn run(&self, plan: PullPlan) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *tasks);
        for (key, image) in plan.images {
            let task = match (before.remove(&key), image) {
                // A finished task is started again: its image may have been removed since.
                (Some(task), _) if !task.is_finished() => task,
                (_, Ok(image)) => {
                    tokio::spawn(Arc::clone(&self.worker).pull_until_present(key.clone(), image))
                }
                (_, Err(error)) => {
                    warn!(image = key, hint = error.hint(), "{error}");
                    continue;
                }
            };
            tasks.insert(key, task);
        }
        for task in before.into_values() {
            task.abort();
        }
    }
}

impl Drop for PrePuller {
    fn drop(&mut self) {
        let tasks = self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner);
        for task in tasks.values().chain(&self.marker) {
            task.abort();
        }
    }
}

impl fmt::Debug for PrePuller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrePuller")
            .field("progress", &*self.worker.progress().borrow())
            .finish_non_exhaustive()
    }
}
