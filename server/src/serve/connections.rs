//! The connections that are open: how many, who keeps us waiting, and what each holds.
//!
//! A silent client costs nothing but its place. Where places or bytes run out, the connection that has kept us waiting
//! longest ends: whoever has just come and says what it wants at once, as a probe does, is answered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::budget::{Budget, Charge, Full};

/// What hyper reads before its buffer grows; it is in the price of a connection.
pub(crate) const FREE_HEAD: usize = 8 << 10;

/// What the buffer may grow by, with a head or a body beyond that.
const WIDE: usize = 24 << 10;

/// How long a connection may hold bytes before it is closed in favour of others.
const GRACE: Duration = Duration::from_secs(1);

/// For a connection that was closed to give back its place or its bytes.
const PAUSE: Duration = Duration::from_millis(10);

/// How often bytes are asked for again.
const TRIES: usize = 20;

/// The connections of a service.
#[derive(Debug)]
pub(crate) struct Connections {
    places: Arc<Semaphore>,
    budget: Arc<Budget>,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    began: Instant,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    all: Arc<Connections>,
    /// When the wait began that goes on: for its first byte, its request, or that it takes its answer. In milliseconds.
    since: AtomicU64,
    /// Whether it is we who work, and the client who waits.
    busy: AtomicBool,
    answering: AtomicBool,
    evicted: AtomicBool,
    evict: Notify,
    /// Bytes of a head that came so far.
    head: AtomicUsize,
    held: Arc<AtomicUsize>,
    wide: Mutex<Option<Charge>>,
}

/// A connection as long as it is open.
#[derive(Debug)]
pub(super) struct Open {
    number: u64,
    pub(super) connection: Arc<Connection>,
    _place: OwnedSemaphorePermit,
}

impl Connections {
    pub(crate) fn new(budget: Arc<Budget>) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(0)),
            budget,
            open: Mutex::default(),
            next: AtomicU64::new(0),
            began: Instant::now(),
        })
    }

    /// Gives so many places more.
    pub(super) fn allow(&self, places: usize) {
        self.places.add_permits(places.min(Semaphore::MAX_PERMITS));
    }

    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// A place for another one, that of the longest wait where all are taken.
    pub(super) async fn open(self: &Arc<Self>) -> Open {
        let place = loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                break place;
            }
            self.evict_longest();
            // Where all are being answered, one of them will be soon.
            let place = tokio::time::timeout(PAUSE, Arc::clone(&self.places).acquire_owned());
            if let Ok(Ok(place)) = place.await {
                break place;
            }
        };
        let connection = Arc::new(Connection {
            all: Arc::clone(self),
            since: AtomicU64::new(self.now()),
            busy: AtomicBool::new(false),
            answering: AtomicBool::new(false),
            evicted: AtomicBool::new(false),
            evict: Notify::new(),
            head: AtomicUsize::new(0),
            held: Arc::default(),
            wide: Mutex::default(),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(number, Arc::clone(&connection));
        Open { number, connection, _place: place }
    }

    /// Ends the connection of the longest wait.
    pub(super) fn evict_longest(&self) {
        let open = lock(&self.open);
        let waiting = open.values().filter(|connection| connection.waits());
        if let Some(longest) = waiting.min_by_key(|connection| connection.since.load(Ordering::Relaxed)) {
            longest.evict();
        }
    }

    /// Ends those that have held bytes for long, the longest first, until an eighth of all is free. Answers whether
    /// there were any.
    fn evict_holders(&self) -> bool {
        let grace = u64::try_from(GRACE.as_millis()).unwrap_or(u64::MAX);
        let before = self.now().saturating_sub(grace);
        let open = lock(&self.open);
        let holds = |connection: &&Arc<Connection>| {
            connection.held() > 0 && connection.waits() && connection.since.load(Ordering::Relaxed) < before
        };
        let mut holders: Vec<_> = open.values().filter(holds).collect();
        holders.sort_by_key(|connection| connection.since.load(Ordering::Relaxed));
        let mut free = self.budget.total().saturating_sub(self.budget.used());
        for holder in &holders {
            if free >= self.budget.total() / 8 {
                break;
            }
            free += holder.held();
            holder.evict();
        }
        !holders.is_empty()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        lock(&self.connection.all.open).remove(&self.number);
    }
}

impl Connection {
    /// Comes back when the connection has to end.
    pub(super) async fn evicted(&self) {
        self.evict.notified().await;
    }

    fn evict(&self) {
        self.evicted.store(true, Ordering::Relaxed);
        self.evict.notify_one();
    }

    fn waits(&self) -> bool {
        !self.busy.load(Ordering::Relaxed) && !self.evicted.load(Ordering::Relaxed)
    }

    fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// A request's head is there.
    pub(super) fn begin(&self) {
        self.head.store(0, Ordering::Relaxed);
        self.answering.store(true, Ordering::Relaxed);
        self.work(true);
        self.since.store(self.all.now(), Ordering::Relaxed);
    }

    /// The answer is handed over.
    pub(super) fn end(&self) {
        self.since.store(self.all.now(), Ordering::Relaxed);
        self.answering.store(false, Ordering::Relaxed);
        self.work(false);
    }

    /// Whether it is we who work; else the client is waited for.
    pub(super) fn work(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
    }

    /// Counts bytes that came. Not where they are a head's for which there is no room.
    pub(super) fn read(&self, bytes: usize) -> Result<(), Full> {
        if self.answering.load(Ordering::Relaxed) {
            return Ok(());
        }
        let head = self.head.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if head > FREE_HEAD && !self.is_wide() {
            self.widen(self.take(WIDE).inspect_err(|_| self.all.budget.refuse())?);
        }
        Ok(())
    }

    /// Whether its buffer grew: it stays as large for as long as the connection is open.
    pub(super) fn is_wide(&self) -> bool {
        lock(&self.wide).is_some()
    }

    fn widen(&self, charge: Charge) {
        *lock(&self.wide) = Some(charge);
    }

    /// The same for a body.
    pub(crate) async fn read_wide(&self) -> Result<(), Full> {
        if !self.is_wide() {
            self.widen(self.charge(WIDE).await?);
        }
        Ok(())
    }

    /// Counts bytes that it is about to hold. Where there is no room, those that have held theirs for long are closed,
    /// and waited for; where there are none, it is refused.
    pub(crate) async fn charge(&self, bytes: usize) -> Result<Charge, Full> {
        for _ in 0..TRIES {
            match self.take(bytes) {
                Ok(charge) => return Ok(charge),
                Err(Full) if self.all.evict_holders() => tokio::time::sleep(PAUSE).await,
                Err(Full) => break,
            }
        }
        self.take(bytes).inspect_err(|_| self.all.budget.refuse())
    }

    fn take(&self, bytes: usize) -> Result<Charge, Full> {
        let charge = self.all.budget.take(bytes, &self.held);
        if charge.is_err() {
            self.all.evict_holders();
        }
        charge
    }
}

/// Nothing that is done under these locks panics half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
