//! What the shas page looked up: kept for a while, and looked up again in the background.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use start_points::Time;
use start_points::gate::Decision;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::durations::Durations;

/// Everything that the shas page looks up.
#[derive(Debug, Default)]
pub(crate) struct ShasCache {
    /// The commit of each service, or why it is unknown.
    pub(super) services: StaleCache<Vec<Result<String, String>>>,
    /// By image name.
    pub(super) images: StaleCache<BTreeMap<String, ImageFacts>>,
    /// By image name.
    pub(super) durations: StaleCache<BTreeMap<String, Durations>>,
}

/// When an image was created, and the gate's decision about it, or why it is missing.
#[derive(Debug)]
pub(super) struct ImageFacts {
    pub(super) created: Option<Time>,
    pub(super) decision: Result<Decision, String>,
}

/// A value that is slow to look up. A stale value is returned at once and replaced in the background
/// (stale-while-revalidate, <https://www.rfc-editor.org/rfc/rfc5861#section-3>).
#[derive(Debug)]
pub(super) struct StaleCache<T> {
    state: watch::Sender<CacheState<T>>,
}

#[derive(Debug)]
struct CacheState<T> {
    cached: Option<Arc<Cached<T>>>,
    /// Whether a lookup runs. It ends in the same step in which its value is stored, so that there is never a second
    /// one, and a stale value is never taken for a new one.
    is_busy: bool,
}

/// A value, its key, and when it was looked up.
#[derive(Debug)]
struct Cached<T> {
    at: Instant,
    key: String,
    value: Arc<T>,
}

/// A running lookup. Ends with a value, or without one if it panics.
struct CacheLookup<T> {
    state: watch::Sender<CacheState<T>>,
    cached: Option<Cached<T>>,
}

impl<T> CacheLookup<T> {
    fn end(mut self, cached: Cached<T>) {
        self.cached = Some(cached);
    }
}

impl<T> Drop for CacheLookup<T> {
    fn drop(&mut self) {
        let cached = self.cached.take();
        self.state.send_modify(|state| {
            state.is_busy = false;
            state.cached = cached.map(Arc::new).or(state.cached.take());
        });
    }
}

impl<T> Default for StaleCache<T> {
    fn default() -> Self {
        Self { state: watch::Sender::new(CacheState { cached: None, is_busy: false }) }
    }
}

impl<T: Send + Sync + 'static> StaleCache<T> {
    /// The value for `key`. One older than `fresh` is returned and replaced in the background by `look_up`, which may
    /// block; the first one is waited for, but no longer than `patience`.
    pub(super) async fn get(
        &self,
        key: &str,
        fresh: Duration,
        patience: Duration,
        look_up: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Arc<T>> {
        let before = self.cached(key);
        if before.as_ref().is_none_or(|cached| cached.at.elapsed() >= fresh) {
            self.start_lookup(key, look_up);
        }
        if before.is_none() {
            let mut state = self.state.subscribe();
            let is_there =
                |state: &CacheState<T>| state.cached.as_ref().is_some_and(|cached| cached.key == key);
            // If it takes longer, the next request gets it.
            let _ = timeout(patience, state.wait_for(is_there)).await;
        }
        self.cached(key).map(|cached| Arc::clone(&cached.value))
    }

    fn cached(&self, key: &str) -> Option<Arc<Cached<T>>> {
        self.state.borrow().cached.clone().filter(|cached| cached.key == key)
    }

    fn start_lookup(&self, key: &str, look_up: impl FnOnce() -> T + Send + 'static) {
        let mut is_busy = true;
        self.state.send_if_modified(|state| {
            is_busy = std::mem::replace(&mut state.is_busy, true);
            false
        });
        if is_busy {
            return;
        }
        let lookup = CacheLookup { state: self.state.clone(), cached: None };
        let key = key.to_owned();
        crate::work::spawn_background(move || {
            let value = Arc::new(look_up());
            lookup.end(Cached { at: Instant::now(), key, value });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn a_fresh_value_is_not_looked_up_again() {
        let cache = StaleCache::default();
        assert_eq!(cache.get("a", LONG, LONG, || 1).await.as_deref(), Some(&1));
        assert_eq!(cache.get("a", LONG, LONG, || 2).await.as_deref(), Some(&1));
        assert_eq!(cache.get("b", LONG, LONG, || 3).await.as_deref(), Some(&3));
    }

    #[tokio::test]
    async fn a_stale_value_is_returned_while_it_is_looked_up() {
        let cache = StaleCache::default();
        let (go, wait) = mpsc::channel::<()>();
        assert_eq!(cache.get("a", LONG, LONG, || 1).await.as_deref(), Some(&1));
        let slow = move || {
            let _ = wait.recv();
            2
        };
        assert_eq!(cache.get("a", Duration::ZERO, LONG, slow).await.as_deref(), Some(&1));
        assert_eq!(cache.get("b", LONG, Duration::ZERO, || 9).await, None, "another lookup runs");
        let mut state = cache.state.subscribe();
        state.mark_unchanged();
        go.send(()).unwrap();
        state.changed().await.unwrap();
        assert_eq!(cache.get("a", LONG, LONG, || 4).await.as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn a_lookup_that_panics_does_not_prevent_the_next() {
        let cache: StaleCache<u8> = StaleCache::default();
        let fails = || panic!("on purpose");
        assert_eq!(cache.get("a", LONG, Duration::from_millis(10), fails).await, None);
        let mut found = None;
        while found.is_none() {
            found = cache.get("a", LONG, Duration::from_millis(10), || 1).await;
        }
        assert_eq!(found.as_deref(), Some(&1));
    }
}
