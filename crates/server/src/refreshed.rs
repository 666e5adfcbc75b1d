//! What takes a while to find out: found out again once it is old, beside the requests that come meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// A value that was found out some time ago.
#[derive(Debug)]
pub(crate) struct Refreshed<T> {
    state: watch::Sender<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    found: Option<Arc<Found<T>>>,
    /// Whether somebody is finding out. It ends in the same step in which the value is there, so that nobody finds out
    /// twice, and nobody takes an old value for one that is under way.
    busy: bool,
}

/// A value, of what it is, and when it was found out.
#[derive(Debug)]
struct Found<T> {
    at: Instant,
    of: String,
    value: Arc<T>,
}

/// Whoever finds out; says that it ended, with a value or, where it failed, without.
struct Finding<T> {
    state: watch::Sender<State<T>>,
    found: Option<Found<T>>,
}

impl<T> Finding<T> {
    fn end(mut self, found: Found<T>) {
        self.found = Some(found);
    }
}

impl<T> Drop for Finding<T> {
    fn drop(&mut self) {
        let found = self.found.take();
        self.state.send_modify(|state| {
            state.busy = false;
            state.found = found.map(Arc::new).or(state.found.take());
        });
    }
}

impl<T> Default for Refreshed<T> {
    fn default() -> Self {
        Self { state: watch::Sender::new(State { found: None, busy: false }) }
    }
}

impl<T: Send + Sync + 'static> Refreshed<T> {
    /// The value of `of`. One that is older than `fresh` is found out again by `find`, which may block, and answered
    /// meanwhile; where there is none yet, it is waited for no longer than `patience`.
    pub(crate) async fn get(
        &self,
        of: &str,
        fresh: Duration,
        patience: Duration,
        find: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Arc<T>> {
        let known = || self.state.borrow().found.clone().filter(|found| found.of == of);
        let before = known();
        if before.as_ref().is_none_or(|found| found.at.elapsed() >= fresh) {
            self.refresh(of, find);
        }
        if before.is_none() {
            let mut state = self.state.subscribe();
            let is_of = |state: &State<T>| state.found.as_ref().is_some_and(|found| found.of == of);
            // Too late, it is answered the next time.
            let _ = timeout(patience, state.wait_for(is_of)).await;
        }
        known().map(|found| Arc::clone(&found.value))
    }

    fn refresh(&self, of: &str, find: impl FnOnce() -> T + Send + 'static) {
        let mut is_busy = true;
        self.state.send_if_modified(|state| {
            is_busy = std::mem::replace(&mut state.busy, true);
            false
        });
        if is_busy {
            return;
        }
        let finding = Finding { state: self.state.clone(), found: None };
        let of = of.to_owned();
        tokio::task::spawn_blocking(move || {
            let value = Arc::new(find());
            finding.end(Found { at: Instant::now(), of, value });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn what_is_fresh_is_not_found_out_again() {
        let refreshed = Refreshed::default();
        assert_eq!(refreshed.get("a", LONG, LONG, || 1).await.as_deref(), Some(&1));
        assert_eq!(refreshed.get("a", LONG, LONG, || 2).await.as_deref(), Some(&1));
        assert_eq!(refreshed.get("b", LONG, LONG, || 3).await.as_deref(), Some(&3));
    }

    #[tokio::test]
    async fn what_is_old_is_answered_while_it_is_found_out() {
        let refreshed = Refreshed::default();
        let (go, wait) = mpsc::channel::<()>();
        assert_eq!(refreshed.get("a", LONG, LONG, || 1).await.as_deref(), Some(&1));
        let slow = move || {
            let _ = wait.recv();
            2
        };
        assert_eq!(refreshed.get("a", Duration::ZERO, LONG, slow).await.as_deref(), Some(&1));
        assert_eq!(
            refreshed.get("b", LONG, Duration::ZERO, || 9).await,
            None,
            "somebody else is finding out"
        );
        let mut state = refreshed.state.subscribe();
        state.mark_unchanged();
        go.send(()).unwrap();
        state.changed().await.unwrap();
        assert_eq!(refreshed.get("a", LONG, LONG, || 4).await.as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn one_that_fails_does_not_end_the_next() {
        let refreshed: Refreshed<u8> = Refreshed::default();
        let fails = || panic!("on purpose");
        assert_eq!(refreshed.get("a", LONG, Duration::from_millis(10), fails).await, None);
        let mut found = None;
        while found.is_none() {
            found = refreshed.get("a", LONG, Duration::from_millis(10), || 1).await;
        }
        assert_eq!(found.as_deref(), Some(&1));
    }
}
