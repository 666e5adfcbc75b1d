//! Turns for work that takes CPU, on threads of its own: a few at once, and a bounded number waiting.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::limits::ServerLimits;

/// The turns.
#[derive(Debug)]
pub(crate) struct Work {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
    patience: Duration,
}

/// Too much work is waiting, or the turn did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

impl Work {
    pub(crate) fn new(limits: &ServerLimits) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(limits.work)),
            waiting: AtomicUsize::new(0),
            most_waiting: limits.work_waiting,
            patience: limits.work_time,
        }
    }

    /// Does the work when its turn comes. A panic of the work panics here.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let turn = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => {
                let _waiting = Waiting::new(&self.waiting, self.most_waiting)?;
                let turn = Arc::clone(&self.turns).acquire_owned();
                tokio::time::timeout(self.patience, turn).await.map_err(|_| Busy)?.map_err(|_| Busy)?
            }
        };
        let working = spawn_background(move || {
            // Held by the work itself: the request may be cancelled before the work ends.
            let _turn = turn;
            work()
        });
        match working.await {
            Ok(done) => Ok(done),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Busy),
            },
        }
    }
}

/// A runtime for the service, in which a client that moves many bytes does not hold up the others.
///
/// # Errors
/// If the system does not provide threads or an event queue.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        // New connections and bytes are noticed after so many turns of tasks; the default is 61.
        .event_interval(5)
        .global_queue_interval(5)
        .build()
}

/// Does work on a thread beside those that answer, which come first where the processors are busy.
pub(crate) fn spawn_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    tokio::task::spawn_blocking(move || {
        lower_priority();
        work()
    })
}

/// Lowers the priority of this thread for good. On Linux alone: elsewhere a priority is that of the whole process, see
/// <https://man7.org/linux/man-pages/man2/setpriority.2.html>.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

/// Counts one that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(waiting: &'a AtomicUsize, most: usize) -> Result<Self, Busy> {
        let room = |waiting| (waiting < most).then_some(waiting + 1);
        waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).map_err(|_| Busy)?;
        Ok(Self(waiting))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn work_beyond_the_queue_is_refused() {
        let mut limits = ServerLimits::default();
        (limits.work, limits.work_waiting, limits.work_time) = (1, 1, Duration::from_secs(600));
        let work = Arc::new(Work::new(&limits));
        let (go, wait) = mpsc::channel::<()>();
        let spawn = |work: &Arc<Work>, wait: Option<mpsc::Receiver<()>>| {
            let work = Arc::clone(work);
            tokio::spawn(async move {
                work.run(move || {
                    let _ = wait.map(|wait| wait.recv());
                })
                .await
            })
        };
        let first = spawn(&work, Some(wait));
        while work.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = spawn(&work, None);
        while work.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(work.run(|| ()).await, Err(Busy));
        go.send(()).expect("it works");
        assert_eq!((first.await.expect("done"), second.await.expect("done")), (Ok(()), Ok(())));
    }

    #[tokio::test]
    async fn a_turn_that_does_not_come_in_time_is_refused() {
        let mut limits = ServerLimits::default();
        (limits.work, limits.work_time) = (1, Duration::ZERO);
        let work = Work::new(&limits);
        let (_go, wait) = mpsc::channel::<()>();
        let turn = Arc::clone(&work.turns).try_acquire_owned().expect("a turn");
        assert_eq!(work.run(move || wait.recv()).await, Err(Busy));
        drop(turn);
        assert_eq!(work.run(|| 1).await, Ok(1));
    }
}
