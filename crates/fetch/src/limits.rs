//! How far a fetch may go before it is given up.

use std::time::Duration;

use start_points_io::RetryPolicy;

/// The bounds of what one repository may cost. What lies beyond is an error that names the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchLimits {
    /// The time for everything that is done for one repository, and how often it is asked when the network fails.
    pub retry: RetryPolicy,
    /// For a server that sends (next to) nothing.
    pub stall: Duration,
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
