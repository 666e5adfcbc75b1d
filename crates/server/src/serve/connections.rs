//! The open connections: how many there are, since when each has been waited for, and how many bytes each holds.
//!
//! A silent client costs no more than its place. When places or bytes run out, the connection that has been waited for
//! longest is closed, so that a client that sends its request at once, as a probe does, is answered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::budget::{Budget, Charge, Full};

/// The size of hyper's read buffer before it grows; part of the price of a connection:
/// <https://github.com/hyperium/hyper/blob/master/src/proto/h1/io.rs>.
pub(crate) const FREE_HEAD: usize = 8 << 10;

/// How much the buffer may grow, for a larger head or body.
const WIDE: usize = 24 << 10;

/// How long a connection may hold bytes before it may be closed in favour of others.
const GRACE: Duration = Duration::from_secs(1);

/// One place in this many is kept free.
const SPARE: usize = 16;

/// How long to wait for a closed connection to free its place or its bytes.
const PAUSE: Duration = Duration::from_millis(10);

/// How often a charge is retried.
const TRIES: usize = 20;

/// The connections of a service.
#[derive(Debug)]
pub(crate) struct Connections {
    places: Arc<Semaphore>,
    /// How many more may wait for a place, or be answered without one.
    waiting: Arc<Semaphore>,
    total: AtomicUsize,
    /// Evicted, but not closed yet.
    leaving: AtomicUsize,
    budget: Arc<Budget>,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    began: Instant,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    all: Arc<Connections>,
    /// Since when the client is waited for (its first byte, its request, or that it reads its response), in
    /// milliseconds.
    waiting_since: AtomicU64,
    /// Whether the service works, and the client waits.
    busy: AtomicBool,
    /// Whether a request is being answered.
    answering: AtomicBool,
    /// Whether a request was ever answered.
    was_answered: AtomicBool,
    evicted: AtomicBool,
    evict: Notify,
    /// Whether the rest of a body stays unread.
    unread: AtomicBool,
    /// The bytes of the head received so far.
    head: AtomicUsize,
    held: Arc<AtomicUsize>,
    /// The charge for a buffer that has grown.
    wide_buffer: Mutex<Option<Charge>>,
}

/// The place of a connection, until it is dropped.
#[derive(Debug)]
pub(super) struct OpenPlace {
    number: u64,
    pub(super) connection: Arc<Connection>,
    _place: OwnedSemaphorePermit,
}

/// One of the few connections that may wait for a place.
#[derive(Debug)]
pub(super) struct WaitingSlot(OwnedSemaphorePermit);

impl Connections {
    pub(crate) fn new(budget: Arc<Budget>) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(0)),
            waiting: Arc::new(Semaphore::new(0)),
            total: AtomicUsize::new(0),
            leaving: AtomicUsize::new(0),
            budget,
            open: Mutex::default(),
            next: AtomicU64::new(0),
            began: Instant::now(),
        })
    }

    /// Adds places.
    pub(super) fn add_places(&self, places: usize) {
        self.total.fetch_add(places, Ordering::Relaxed);
        self.places.add_permits(places.min(Semaphore::MAX_PERMITS));
        self.waiting.add_permits((places / SPARE).clamp(1, Semaphore::MAX_PERMITS));
    }

    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// A place for a new connection. A few are kept free by evicting those waited for longest, so that a new client
    /// need not wait until they are closed.
    pub(super) async fn open(self: &Arc<Self>) -> OpenPlace {
        let spare = self.total.load(Ordering::Relaxed) / SPARE;
        let free = || self.places.available_permits() + self.leaving.load(Ordering::Relaxed);
        if free() <= spare {
            self.evict_longest_waiting(spare.max(1));
        }
        let place = loop {
            // If all are being answered, one of them will finish soon.
            let place = tokio::time::timeout(PAUSE, Arc::clone(&self.places).acquire_owned());
            if let Ok(Ok(place)) = place.await {
                break place;
            }
            self.evict_longest_waiting(1);
        };
        self.open_in(place)
    }

    /// Completes when one more connection may wait for a place.
    pub(super) async fn waiting_slot(&self) -> WaitingSlot {
        match Arc::clone(&self.waiting).acquire_owned().await {
            Ok(slot) => WaitingSlot(slot),
            Err(_) => std::future::pending().await,
        }
    }

    /// A place for a probe, which is answered at once.
    pub(super) fn open_for_probe(self: &Arc<Self>, slot: WaitingSlot) -> OpenPlace {
        self.open_in(slot.0)
    }

    fn open_in(self: &Arc<Self>, place: OwnedSemaphorePermit) -> OpenPlace {
        let connection = Arc::new(Connection {
            all: Arc::clone(self),
            waiting_since: AtomicU64::new(self.now()),
            busy: AtomicBool::new(false),
            answering: AtomicBool::new(false),
            was_answered: AtomicBool::new(false),
            evicted: AtomicBool::new(false),
            evict: Notify::new(),
            unread: AtomicBool::new(false),
            head: AtomicUsize::new(0),
            held: Arc::default(),
            wide_buffer: Mutex::default(),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(number, Arc::clone(&connection));
        OpenPlace { number, connection, _place: place }
    }

    /// Evicts up to `count` connections that have never been answered, those waited for longest first; if there are
    /// none, one of all.
    pub(super) fn evict_longest_waiting(&self, count: usize) {
        let open = lock(&self.open);
        let (mut evicted, answered): (Vec<_>, Vec<_>) = open
            .values()
            .filter(|connection| connection.is_waited_for())
            .map(with_time)
            .partition(|(_, connection)| !connection.was_answered.load(Ordering::Relaxed));
        if count < evicted.len() {
            evicted.select_nth_unstable_by_key(count, |(since, _)| *since);
            evicted.truncate(count);
        }
        if evicted.is_empty() {
            evicted.extend(answered.into_iter().min_by_key(|(since, _)| *since));
        }
        evicted.into_iter().for_each(|(_, connection)| connection.evict());
    }

    /// Evicts connections that have held bytes for longer than [`GRACE`], the longest first, until an eighth of the
    /// budget is free. Returns whether there were any.
    fn evict_holders(&self) -> bool {
        let before = self.now().saturating_sub(millis(GRACE));
        let open = lock(&self.open);
        let mut holders: Vec<_> = open
            .values()
            .filter(|connection| connection.held() > 0 && connection.is_waited_for())
            .map(with_time)
            .filter(|(since, _)| *since < before)
            .collect();
        holders.sort_unstable_by_key(|(since, _)| *since);
        let mut free = self.budget.total().saturating_sub(self.budget.used());
        for (_, holder) in &holders {
            if free >= self.budget.total() / 8 {
                break;
            }
            free += holder.held();
            holder.evict();
        }
        !holders.is_empty()
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }
}

impl Drop for OpenPlace {
    fn drop(&mut self) {
        let Connection { all, evicted, .. } = &*self.connection;
        lock(&all.open).remove(&self.number);
        if evicted.load(Ordering::Relaxed) {
            all.leaving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Connection {
    /// Completes when the connection has to be closed.
    pub(super) async fn evicted(&self) {
        if !self.evicted.load(Ordering::Relaxed) {
            self.evict.notified().await;
        }
        loop {
            // Data that has arrived may not have been polled yet; after a timer it has.
            tokio::time::sleep(Duration::from_millis(1)).await;
            if !self.busy.load(Ordering::Relaxed) {
                break;
            }
        }
    }

    fn evict(&self) {
        if self.evicted.swap(true, Ordering::Relaxed) {
            return;
        }
        self.all.leaving.fetch_add(1, Ordering::Relaxed);
        self.evict.notify_one();
    }

    fn is_waited_for(&self) -> bool {
        !self.busy.load(Ordering::Relaxed) && !self.evicted.load(Ordering::Relaxed)
    }

    fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// The head of a request is complete.
    pub(super) fn begin_request(&self) {
        self.head.store(0, Ordering::Relaxed);
        self.answering.store(true, Ordering::Relaxed);
        self.set_busy(true);
        self.waiting_since.store(self.all.now(), Ordering::Relaxed);
    }

    /// The response is handed over to hyper.
    pub(super) fn end_request(&self) {
        self.waiting_since.store(self.all.now(), Ordering::Relaxed);
        self.answering.store(false, Ordering::Relaxed);
        self.was_answered.store(true, Ordering::Relaxed);
        self.set_busy(false);
    }

    /// Sets whether the service works, or else waits for the client.
    pub(crate) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
    }

    /// The rest of a body stays unread.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// Whether the rest of a body stays unread.
    pub(super) fn has_unread_body(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Counts bytes received; an error if they belong to a head that does not fit into the budget.
    pub(super) fn received(&self, bytes: usize) -> Result<(), Full> {
        if self.answering.load(Ordering::Relaxed) {
            return Ok(());
        }
        let head = self.head.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if head > FREE_HEAD && !self.has_wide_buffer() {
            self.keep_wide_charge(self.try_charge(WIDE).inspect_err(|_| self.all.budget.count_refusal())?);
        }
        Ok(())
    }

    /// Whether the buffer has grown. It never shrinks while the connection is open.
    pub(super) fn has_wide_buffer(&self) -> bool {
        lock(&self.wide_buffer).is_some()
    }

    fn keep_wide_charge(&self, charge: Charge) {
        *lock(&self.wide_buffer) = Some(charge);
    }

    /// Charges the growth of the buffer for a body.
    pub(crate) async fn charge_wide_buffer(&self) -> Result<(), Full> {
        if !self.has_wide_buffer() {
            self.keep_wide_charge(self.charge(WIDE).await?);
        }
        Ok(())
    }

    /// Charges bytes that the connection is about to hold. If the budget is used up, connections that have held bytes
    /// for long are evicted and waited for; an error if no connection does.
    pub(crate) async fn charge(&self, bytes: usize) -> Result<Charge, Full> {
        for _ in 0..TRIES {
            match self.try_charge(bytes) {
                Ok(charge) => return Ok(charge),
                Err(Full) if self.all.evict_holders() => tokio::time::sleep(PAUSE).await,
                Err(Full) => break,
            }
        }
        self.try_charge(bytes).inspect_err(|_| self.all.budget.count_refusal())
    }

    fn try_charge(&self, bytes: usize) -> Result<Charge, Full> {
        let charge = self.all.budget.charge(bytes, &self.held);
        if charge.is_err() {
            self.all.evict_holders();
        }
        charge
    }
}

/// A connection, and since when it is waited for: read once, as other threads change the time meanwhile, and sorting may
/// panic on an order that is not total: <https://doc.rust-lang.org/std/primitive.slice.html#method.sort_by_key>.
fn with_time(connection: &Arc<Connection>) -> (u64, &Arc<Connection>) {
    (connection.waiting_since.load(Ordering::Relaxed), connection)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Ignores poisoning: no operation under these locks panics half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests go on while connections are ordered: each begin and each end of one changes a time.
    #[test]
    fn times_may_change_while_connections_are_ordered() {
        const COUNT: usize = 500;
        let connections = Connections::new(Budget::new(0));
        connections.add_places(COUNT);
        let open =
            |_| connections.open_in(Arc::clone(&connections.places).try_acquire_owned().expect("a place"));
        let open: Vec<OpenPlace> = (0..COUNT).map(open).collect();
        std::thread::scope(|scope| {
            let ordering = scope.spawn(|| (0..1_000).for_each(|_| connections.evict_longest_waiting(0)));
            for (round, place) in open.iter().cycle().enumerate() {
                // Spread over all times: a step of the golden ratio.
                let time = (round as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                place.connection.waiting_since.store(time, Ordering::Relaxed);
                if ordering.is_finished() {
                    break;
                }
            }
        });
    }
}
