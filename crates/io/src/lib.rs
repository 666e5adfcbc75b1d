//! What every crate that touches disks or networks shares: atomic replacement of files and folders, locks, a cache of
//! blobs, bounded reading, retries with backoff, cancellation, and a pool of threads.
//!
//! Files and folders are replaced whole or not at all. The new content is written to a temporary name next to the
//! target, and a rename puts it in place. A run that is killed leaves the old version or the new one; the next run
//! removes the temporary files.
//!
//! ```no_run
//! use start_points_io::{Cancel, Replacement};
//!
//! let new = Replacement::begin("catalogue".as_ref(), &Cancel::default())?;
//! std::fs::write(new.path().join("shas.txt"), "…")?;
//! new.commit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is fetched again and again goes into a [`BlobCache`], which every run of the user shares. Requests that fail
//! for a passing reason are repeated by a [`RetryPolicy`], and [`parallel::map`] makes several at once. A [`Cancel`]
//! ends all of that early.

mod blob_cache;
mod cache_layout;
mod cache_trim;
mod file;
mod lock;
pub mod parallel;
mod replacement;
mod repository_writer;
mod retry;
mod swap;
mod target;

pub use blob_cache::{BlobCache, CacheError, CacheLock};
pub use cache_layout::CacheKey;
pub use cache_trim::FreedSpace;
pub use file::{read_if_exists, read_regular_file, write_cache_file, write_file};
pub use lock::LockError;
pub use replacement::Replacement;
pub use repository_writer::{RepositoryWriter, RewriteOutcome};
pub use retry::{Backoff, Cancel, Deadline, RetryPolicy};
pub use target::{ReplaceError, TargetFolder, WriteOutcome};
