//! One task for each image that is not there: it asks, waits and asks again until the engine has it.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use start_points::ImageName;
use start_points_image::Digest;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;
use tracing::{debug, info, warn};

use crate::cause::Cause;
use crate::engine::Engine;
use crate::limits::Retry;
use crate::logins::Logins;
use crate::marker::Marker;
use crate::options::Options;
use crate::progress::{Failure, ImageState, Plan, Policy, Progress};

/// How many images the engine is asked about at once; that is cheap, and need not wait for pulls.
const LOOKS: usize = 4;

/// Markers are written no oftener: images may come by the hundred.
const BETWEEN_MARKERS: Duration = Duration::from_millis(250);

/// The images of a catalogue, on their way. They are no longer asked for when this is dropped.
pub struct Pulls {
    shared: Arc<Shared>,
    policy: Policy,
    tasks: Mutex<HashMap<String, JoinHandle<()>>>,
    marker: Option<JoinHandle<()>>,
}

struct Shared {
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
        let marker = read_marker(options.marker.clone(), catalogue.clone()).await;
        let progress = match &marker {
            Some(marker) => Progress::restored(catalogue, &plan, policy, marker),
            None => Progress::new(catalogue, &plan, policy, |_| None),
        };
        let (total, there) = (progress.total(), progress.there());
        info!(total, there, ready = progress.is_ready(), socket = %options.socket, "images to be there");
        let shared = Arc::new(Shared {
            engine: Engine::new(options.socket, options.limits),
            logins: Logins::new(options.credentials),
            retry: options.retry,
            progress: watch::Sender::new(progress),
            looks: Semaphore::new(LOOKS),
            pulls: Semaphore::new(options.jobs.get().min(Semaphore::MAX_PERMITS)),
            is_engine_gone: AtomicBool::new(false),
            engine_is_back: Notify::new(),
            now: Notify::new(),
        });
        let receiver = shared.progress.subscribe();
        let write = |path| tokio::spawn(write_markers(path, marker, receiver));
        let pulls = Self { marker: options.marker.map(write), tasks: Mutex::default(), shared, policy };
        pulls.begin(plan);
        pulls
    }

    /// How far it is, now and from now on. Looking at it asks nothing of the engine.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.shared.progress.subscribe()
    }

    /// Goes on with the images of another catalogue: what is there stays there, what is no longer named is no longer
    /// pulled, and only what is new is asked for; what failed is asked for again now. Must be called within the
    /// runtime.
    pub fn replace(&self, images: impl IntoIterator<Item = String>, catalogue: Digest) {
        let plan = Plan::of(images);
        self.shared.progress.send_modify(|progress| {
            let known: HashMap<&str, &ImageState> = progress.images().collect();
            let next = Progress::new(catalogue, &plan, self.policy, |key| known.get(key).copied().cloned());
            *progress = next;
        });
        self.begin(plan);
        self.shared.now.notify_waiters();
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
                (Some(task), _) => task,
                (None, Ok(image)) => tokio::spawn(Arc::clone(&self.shared).keep(key.clone(), image)),
                (None, Err(cause)) => {
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
        f.debug_struct("Pulls").field("progress", &*self.shared.progress.borrow()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Returns when the image is there.
    async fn keep(self: Arc<Self>, key: String, image: ImageName) {
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

async fn read_marker(path: Option<PathBuf>, catalogue: Digest) -> Option<Marker> {
    let path = path?;
    tokio::task::spawn_blocking(move || Marker::read(&path, &catalogue)).await.ok()?
}

/// Writes what is there, as soon as it is enough and whenever it changes.
async fn write_markers(path: PathBuf, mut written: Option<Marker>, mut progress: watch::Receiver<Progress>) {
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
            tokio::time::sleep(BETWEEN_MARKERS).await;
        }
        if progress.changed().await.is_err() {
            return;
        }
    }
}
