//! The limits of a fetch.

use std::time::Duration;

use start_points_io::RetryPolicy;

/// What one repository may cost. More is an error that names the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchLimits {
    /// The time for all work on one repository, and the number of attempts if the network fails.
    pub retry: RetryPolicy,
    /// How long a server may send (next to) nothing.
    pub stall: Duration,
    /// The bytes of one transfer, on disk.
    pub transfer_bytes: u64,
    /// The address space of a git process, if the system can limit it.
    pub memory_bytes: u64,
    /// The references of a repository.
    pub references: usize,
    /// The files and folders of a commit.
    pub entries: usize,
    /// How deep folders lie in each other.
    pub depth: usize,
    /// The bytes of a file; of a larger one only the size is read.
    pub file_bytes: u64,
    /// The bytes of all files that are read from one commit.
    pub total_bytes: u64,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            stall: Duration::from_secs(30),
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
