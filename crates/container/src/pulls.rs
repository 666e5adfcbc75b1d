//! The images of a catalogue, on their way: one task for each, and none for an image that is not named.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use start_points_oci::Digest;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::keeper::Keeper;
use crate::options::Options;
use crate::plan::Plan;
use crate::progress::{Policy, Progress};
use crate::remember;

/// The images of a catalogue, on their way. They are no longer asked for when this is dropped.
pub struct Pulls {
    keeper: Arc<Keeper>,
    tasks: Mutex<HashMap<String, JoinHandle<()>>>,
    marker: Option<JoinHandle<()>>,
}

impl Pulls {
    /// Starts to pull what the engine does not have, and answers at once. `catalogue` tells catalogues apart.
    ///
    /// Where the marker file names the same catalogue, the images it names count as there; the engine is asked about
    /// them nevertheless, and one that has been removed since is pulled again without the rest waiting for it.
    pub async fn start(
        images: impl IntoIterator<Item = String>,
        catalogue: Digest,
        options: Options,
    ) -> Self {
        let policy = Policy { ready_when: options.ready_when, missing: options.missing };
        let plan = Plan::of(images);
        let marker = remember::read(options.marker.clone(), catalogue.clone()).await;
        let progress = match &marker {
            Some(marker) => Progress::restored(catalogue, &plan, policy, marker),
            None => Progress::new(catalogue, &plan, policy, |_| None),
        };
        let (total, there) = (progress.total(), progress.there());
        info!(total, there, ready = progress.is_ready(), socket = %options.socket, "images to be there");
        let path = options.marker.clone();
        let keeper = Arc::new(Keeper::new(options, progress));
        let receiver = keeper.progress().subscribe();
        let write = |path| tokio::spawn(remember::write(path, marker, receiver));
        let pulls = Self { marker: path.map(write), tasks: Mutex::default(), keeper };
        pulls.begin(plan);
        pulls
    }

    /// How far it is, now and from now on. Looking at it asks nothing of the engine.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.keeper.progress().subscribe()
    }

    /// Goes on with the images of another catalogue, or the same: what is there stays there unless the engine says
    /// otherwise, what is no longer named is no longer pulled, and only what is new is asked for; what failed is
    /// asked for again now. Must be called within the runtime.
    pub fn replace(&self, images: impl IntoIterator<Item = String>, catalogue: Digest) {
        let plan = Plan::of(images);
        self.keeper.progress().send_modify(|progress| *progress = progress.of_next(catalogue, &plan));
        self.begin(plan);
        self.keeper.hurry();
    }

    /// Stops, and waits until nothing is asked of the engine any more.
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
    fn begin(&self, plan: Plan) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *tasks);
        for (key, image) in plan.images {
            let task = match (before.remove(&key), image) {
                // One that has ended looks again: its image may have been removed since.
                (Some(task), _) if !task.is_finished() => task,
                (_, Ok(image)) => tokio::spawn(Arc::clone(&self.keeper).keep(key.clone(), image)),
                (_, Err(cause)) => {
                    warn!(image = key, hint = cause.hint(), "{cause}");
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

impl Drop for Pulls {
    fn drop(&mut self) {
        let tasks = self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner);
        for task in tasks.values().chain(&self.marker) {
            task.abort();
        }
    }
}

impl fmt::Debug for Pulls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulls").field("progress", &*self.keeper.progress().borrow()).finish_non_exhaustive()
    }
}
