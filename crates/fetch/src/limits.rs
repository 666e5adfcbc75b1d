//! How far a fetch may go before it is given up.

use std::time::{Duration, Instant};

/// The bounds of what one repository may cost. What lies beyond is an error that names the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// For everything that is done for one repository, attempts and waits between them included.
    pub time: Duration,
    /// For a server that sends (next to) nothing.
    pub stall: Duration,
    /// How often a repository is asked when the network fails, the first time included.
    pub attempts: u32,
    /// How long is waited before the second attempt; twice as long before each one after that.
    pub pause: Duration,
    /// The bytes of one transfer, on disk.
    pub transfer_bytes: u64,
    /// The address space of a git process, where the system can bound it.
    pub memory_bytes: u64,
    /// The references of a repository.
    pub references: usize,
    /// The files and folders of a commit.
    pub entries: usize,
    /// How deep folders lie in each other.
    pub depth: usize,
    /// The bytes of one file that is taken; of a larger one only the size is.
    pub file_bytes: u64,
    /// The bytes of all files that are taken of one commit.
    pub total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            stall: Duration::from_secs(30),
            attempts: 3,
            pause: Duration::from_millis(500),
            transfer_bytes: 1 << 30,
            memory_bytes: 2 << 30,
            references: 500_000,
            entries: 100_000,
            depth: 32,
            file_bytes: 1 << 20,
            total_bytes: 32 << 20,
        }
    }
}

/// When the time for a repository is up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        let now = Instant::now();
        Self(now.checked_add(time).unwrap_or(now))
    }

    /// What is left; nothing when it has passed.
    pub(crate) fn left(self) -> Option<Duration> {
        let left = self.0.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}
