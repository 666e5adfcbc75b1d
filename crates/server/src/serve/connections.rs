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

/// How long a client that has just connected may take for its request, where places run out.
const PATIENCE: Duration = Duration::from_millis(250);

/// One place in so many is kept free.
const SPARE: usize = 16;

/// For a connection that was closed to give back its place or its bytes.
const PAUSE: Duration = Duration::from_millis(10);

/// How often bytes are asked for again.
const TRIES: usize = 20;

/// The connections of a service.
#[derive(Debug)]
pub(crate) struct Connections {
    places: Arc<Semaphore>,
    total: AtomicUsize,
    /// Those that are told to end and have not yet.
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
    /// When the wait began that goes on: for its first byte, its request, or that it takes its answer. In milliseconds.
    since: AtomicU64,
    /// Whether it is we who work, and the client who waits.
    busy: AtomicBool,
    answering: AtomicBool,
    /// Whether a request of it was ever answered.
    has_asked: AtomicBool,
    evicted: AtomicBool,
    evict: Notify,
    /// Whether some of a body was not read.
    unread: AtomicBool,
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
            total: AtomicUsize::new(0),
            leaving: AtomicUsize::new(0),
            budget,
            open: Mutex::default(),
            next: AtomicU64::new(0),
            began: Instant::now(),
        })
    }

    /// Gives so many places more.
    pub(super) fn allow(&self, places: usize) {
        self.total.fetch_add(places, Ordering::Relaxed);
        self.places.add_permits(places.min(Semaphore::MAX_PERMITS));
    }

    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// A place for another one. A few are kept free by those that have kept us waiting longest, so that whoever comes
    /// does not wait for them to leave.
    pub(super) async fn open(self: &Arc<Self>) -> Open {
        let spare = self.total.load(Ordering::Relaxed) / SPARE;
        let free = || self.places.available_permits() + self.leaving.load(Ordering::Relaxed);
        if free() <= spare {
            self.evict_longest(spare.max(1));
        }
        let place = loop {
            // Where all are being answered, one of them will be soon.
            let place = tokio::time::timeout(PAUSE, Arc::clone(&self.places).acquire_owned());
            if let Ok(Ok(place)) = place.await {
                break place;
            }
            self.evict_longest(1);
        };
        let connection = Arc::new(Connection {
            all: Arc::clone(self),
            since: AtomicU64::new(self.now()),
            busy: AtomicBool::new(false),
            answering: AtomicBool::new(false),
            has_asked: AtomicBool::new(false),
            evicted: AtomicBool::new(false),
            evict: Notify::new(),
            unread: AtomicBool::new(false),
            head: AtomicUsize::new(0),
            held: Arc::default(),
            wide: Mutex::default(),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(number, Arc::clone(&connection));
        Open { number, connection, _place: place }
    }

    /// Ends so many connections of the longest wait: of those that have never finished a request and have had their time
    /// to, or else one of all.
    pub(super) fn evict_longest(&self, count: usize) {
        let since = |connection: &&Arc<Connection>| connection.since.load(Ordering::Relaxed);
        let before = self.now().saturating_sub(millis(PATIENCE));
        let open = lock(&self.open);
        let waiting = || open.values().filter(|connection| connection.waits());
        let is_late = |connection: &&Arc<Connection>| {
            !connection.has_asked.load(Ordering::Relaxed) && since(connection) < before
        };
        let mut late: Vec<_> = waiting().filter(is_late).collect();
        late.sort_unstable_by_key(since);
        late.truncate(count);
        if late.is_empty() {
            late.extend(waiting().min_by_key(since));
        }
        late.into_iter().for_each(|connection| connection.evict());
    }

    /// Ends those that have held bytes for long, the longest first, until an eighth of all is free. Answers whether
    /// there were any.
    fn evict_holders(&self) -> bool {
        let before = self.now().saturating_sub(millis(GRACE));
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
        millis(self.began.elapsed())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Connection { all, evicted, .. } = &*self.connection;
        lock(&all.open).remove(&self.number);
        if evicted.load(Ordering::Relaxed) {
            all.leaving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Connection {
    /// Comes back when the connection has to end.
    pub(super) async fn evicted(&self) {
        self.evict.notified().await;
        loop {
            // What has come already may not be known of yet: it is once a timer is.
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
        self.has_asked.store(true, Ordering::Relaxed);
        self.work(false);
    }

    /// Whether it is we who work; else the client is waited for.
    pub(super) fn work(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
    }

    /// The rest of a body is not read.
    pub(super) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// Whether some of a body was not read.
    pub(super) fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
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

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Nothing that is done under these locks panics half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
