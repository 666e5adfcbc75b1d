//! The task of one image: it asks the engine, and retries, until the engine has the image.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use start_points::ImageName;
use start_points_container::{Engine, PullError};
use tokio::sync::{Notify, Semaphore, watch};
use tracing::{debug, info, warn};

use crate::prepull::options::{PrePullOptions, RetryPauses};
use crate::prepull::progress::{ImageState, PullFailure, PullProgress};

/// How many images are looked up at once. A look-up is cheap and does not wait for pulls.
const LOOKUPS: usize = 4;

/// What the tasks of all images share.
pub(crate) struct Worker {
    engine: Engine,
    retry: RetryPauses,
    progress: watch::Sender<PullProgress>,
    lookups: Semaphore,
    pulls: Semaphore,
    /// Whether the last request failed because of the engine, not of the image.
    is_engine_gone: AtomicBool,
    /// Wakes the tasks that wait for the engine.
    engine_is_back: Notify,
    /// Wakes all waiting tasks.
    retry_now: Notify,
}

impl Worker {
    pub(crate) fn new(options: PrePullOptions, progress: PullProgress) -> Self {
        Self {
            engine: Engine::new(options.socket, options.credentials, options.limits),
            retry: options.retry,
            progress: watch::Sender::new(progress),
            lookups: Semaphore::new(LOOKUPS),
            pulls: Semaphore::new(options.jobs.get().min(Semaphore::MAX_PERMITS)),
            is_engine_gone: AtomicBool::new(false),
            engine_is_back: Notify::new(),
            retry_now: Notify::new(),
        }
    }

    pub(crate) fn progress(&self) -> &watch::Sender<PullProgress> {
        &self.progress
    }

    /// Ends all pauses.
    pub(crate) fn retry_now(&self) {
        self.retry_now.notify_waiters();
    }

    /// Returns when the engine has the image.
    pub(crate) async fn pull_until_present(self: Arc<Self>, key: String, image: ImageName) {
        let mut failures = 0;
        let mut last = None;
        while let Err(error) = self.attempt(&key, &image).await {
            failures += 1;
            let pause = self.retry.pause(&error, failures);
            self.log_failure(&key, &error, last.as_ref() != Some(&error), pause);
            let failure = PullFailure { error: error.clone(), failures };
            self.set_unless_present(&key, ImageState::Failed(failure));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.engine_is_back.notified(), if error.is_engine_failure() => failures = 0,
                () = self.retry_now.notified() => failures = 0,
            }
            last = Some(error);
        }
        self.set(&key, ImageState::Present);
    }

    async fn attempt(&self, key: &str, image: &ImageName) -> Result<(), PullError> {
        // The semaphores are never closed, so `ok` only ignores an error that cannot happen.
        let lookup = self.lookups.acquire().await.ok();
        if self.noting_engine_state(self.engine.has(image).await)? {
            return Ok(());
        }
        drop(lookup);
        if self.state_is(key, ImageState::is_present) {
            warn!(image = key, "removed from the engine; pulling it again");
            self.set(key, ImageState::Waiting);
        }
        let _pull = self.pulls.acquire().await.ok();
        if !self.state_is(key, ImageState::is_permanent) {
            self.set(key, ImageState::Pulling { received: 0, expected: 0 });
        }
        info!(image = key, "pulling");
        let on_progress = |received, expected| {
            if expected > 0 {
                self.set_quietly(key, ImageState::Pulling { received, expected });
            }
        };
        self.noting_engine_state(self.engine.pull(image, on_progress).await)?;
        info!(image = key, "pulled");
        Ok(())
    }

    fn set(&self, key: &str, state: ImageState) {
        self.progress.send_modify(|progress| {
            let was_ready = progress.is_ready();
            progress.set(key, state);
            if progress.is_ready() && !was_ready {
                info!(
                    total = progress.total(),
                    present = progress.present(),
                    "ready: enough images are present"
                );
            }
        });
    }

    /// An image from the marker counts as present until the engine itself says otherwise.
    fn set_unless_present(&self, key: &str, state: ImageState) {
        if !self.state_is(key, ImageState::is_present) {
            self.set(key, state);
        }
    }

    /// Sets the state without waking those who watch: received bytes change too often.
    fn set_quietly(&self, key: &str, state: ImageState) {
        self.progress.send_if_modified(|progress| {
            progress.set(key, state);
            false
        });
    }

    fn state_is(&self, key: &str, is: fn(&ImageState) -> bool) -> bool {
        self.progress.borrow().image(key).is_some_and(is)
    }

    /// Notes whether the engine still responds.
    fn noting_engine_state<T>(&self, result: Result<T, PullError>) -> Result<T, PullError> {
        match &result {
            Err(error) if error.is_engine_failure() => {
                if !self.is_engine_gone.swap(true, Ordering::Relaxed) {
                    warn!(hint = error.hint(), "{error}");
                }
            }
            _ => {
                if self.is_engine_gone.swap(false, Ordering::Relaxed) {
                    info!("the container engine is back");
                    self.engine_is_back.notify_waiters();
                }
            }
        }
        result
    }

    /// Repeated failures, and those of the engine, are not logged as warnings for each image.
    fn log_failure(&self, key: &str, error: &PullError, is_new: bool, pause: Duration) {
        let retry_in = pause.as_secs();
        if is_new && !error.is_engine_failure() {
            warn!(image = key, hint = error.hint(), retry_in, "{error}");
        } else {
            debug!(image = key, hint = error.hint(), retry_in, "{error}");
        }
    }
}
