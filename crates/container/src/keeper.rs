//! What is done for one image: the engine is asked, and asked again, until it has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use start_points::ImageName;
use tokio::sync::{Notify, Semaphore, watch};
use tracing::{debug, info, warn};

use crate::cause::Cause;
use crate::engine::Engine;
use crate::limits::Retry;
use crate::logins::Logins;
use crate::options::Options;
use crate::progress::{Failure, ImageState, Progress};

/// How many images the engine is asked about at once; that is cheap, and need not wait for pulls.
const LOOKS: usize = 4;

/// What the tasks of all images share.
pub(crate) struct Keeper {
    engine: Engine,
    logins: Logins,
    retry: Retry,
    progress: watch::Sender<Progress>,
    looks: Semaphore,
    pulls: Semaphore,
    /// Whether the last that was asked of the engine failed because of the engine.
    is_engine_gone: AtomicBool,
    /// Told to all that wait for the engine.
    engine_is_back: Notify,
    /// Told to all that wait.
    now: Notify,
}

impl Keeper {
    pub(crate) fn new(options: Options, progress: Progress) -> Self {
        Self {
            engine: Engine::new(options.socket, options.limits),
            logins: Logins::new(options.credentials),
            retry: options.retry,
            progress: watch::Sender::new(progress),
            looks: Semaphore::new(LOOKS),
            pulls: Semaphore::new(options.jobs.get().min(Semaphore::MAX_PERMITS)),
            is_engine_gone: AtomicBool::new(false),
            engine_is_back: Notify::new(),
            now: Notify::new(),
        }
    }

    pub(crate) fn progress(&self) -> &watch::Sender<Progress> {
        &self.progress
    }

    /// Whoever waits to ask again does so now.
    pub(crate) fn hurry(&self) {
        self.now.notify_waiters();
    }

    /// Returns when the image is there.
    pub(crate) async fn keep(self: Arc<Self>, key: String, image: ImageName) {
        let mut failures = 0;
        let mut said = None;
        while let Err(cause) = self.attempt(&key, &image).await {
            failures += 1;
            let pause = self.retry.pause(&cause, failures);
            self.tell(&key, &cause, said.as_ref() != Some(&cause), pause);
            self.set_unless_there(&key, ImageState::Failed(Failure { cause: cause.clone(), failures }));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.engine_is_back.notified(), if cause.is_engines() => failures = 0,
                () = self.now.notified() => failures = 0,
            }
            said = Some(cause);
        }
        self.set(&key, ImageState::There);
    }

    async fn attempt(&self, key: &str, image: &ImageName) -> Result<(), Cause> {
        // Neither is ever closed.
        let look = self.looks.acquire().await.ok();
        if self.heard(self.engine.has(image).await)? {
            return Ok(());
        }
        drop(look);
        if self.state_is(key, ImageState::is_there) {
            warn!(image = key, "it has been removed from the engine since, and is pulled again");
            self.set(key, ImageState::Waiting);
        }
        let _pull = self.pulls.acquire().await.ok();
        let login = self.logins.header(image).await?;
        if !self.state_is(key, ImageState::is_lasting) {
            self.set(key, ImageState::Pulling { received: 0, expected: 0 });
        }
        info!(image = key, "pulling");
        let came = |received, expected| {
            if expected > 0 {
                self.came(key, ImageState::Pulling { received, expected });
            }
        };
        self.heard(self.engine.pull(image, login, came).await)?;
        if !self.heard(self.engine.has(image).await)? {
            return Err(Cause::NotKept);
        }
        info!(image = key, "pulled");
        Ok(())
    }

    fn set(&self, key: &str, state: ImageState) {
        self.progress.send_modify(|progress| {
            let was_ready = progress.is_ready();
            progress.set(key, state);
            if progress.is_ready() && !was_ready {
                info!(total = progress.total(), there = progress.there(), "ready: enough images are there");
            }
        });
    }

    /// What a marker names counts as there until the engine itself says otherwise.
    fn set_unless_there(&self, key: &str, state: ImageState) {
        if !self.state_is(key, ImageState::is_there) {
            self.set(key, state);
        }
    }

    /// Bytes are seen by whoever looks, and wake nobody.
    fn came(&self, key: &str, state: ImageState) {
        self.progress.send_if_modified(|progress| {
            progress.set(key, state);
            false
        });
    }

    fn state_is(&self, key: &str, is: fn(&ImageState) -> bool) -> bool {
        self.progress.borrow().image(key).is_some_and(is)
    }

    /// Takes note of whether the engine is still there.
    fn heard<T>(&self, result: Result<T, Cause>) -> Result<T, Cause> {
        match &result {
            Err(cause) if cause.is_engines() => {
                if !self.is_engine_gone.swap(true, Ordering::Relaxed) {
                    warn!(hint = cause.hint(), "{cause}");
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

    /// The same again, and what is the engine's, is not told for each image.
    fn tell(&self, key: &str, cause: &Cause, is_new: bool, pause: Duration) {
        let again_in = pause.as_secs();
        if is_new && !cause.is_engines() {
            warn!(image = key, hint = cause.hint(), again_in, "{cause}");
        } else {
            debug!(image = key, hint = cause.hint(), again_in, "{cause}");
        }
    }
}
