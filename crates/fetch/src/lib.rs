//! From a source URL to files: resolve it to a commit, fetch only what a start-point needs, keep it in a cache.
//!
//! [`Fetcher`] does all of it, for many URLs at once. The parts are modules of their own:
//! [`git`] runs the program, [`remote`] asks which commit is meant, [`source`] takes its files, [`local`] reads
//! repositories on this machine, [`BlobCache`](start_points_io::BlobCache) keeps what was fetched, [`urls`] keeps a list of URLs true.

//! ```no_run
//! use start_points_fetch::git::{Configuration, Git};
//! use start_points_fetch::{Fetcher, Limits, Options, unwatched};
//! use start_points_io::BlobCache;
//!
//! let urls = ["https://github.com/cyber-dojo-start-points/java-junit?tag=384f486".parse()?];
//! let git = Git::find(Configuration::User, Limits::default())?;
//! let cache = BlobCache::open(&BlobCache::default_folder().ok_or("no home")?)?;
//! for source in Fetcher::new(git, cache, Options::default()).fetch_all(&urls, &unwatched) {
//!     let source = source?;
//!     println!("{} {} files", source.resolved.commit, source.content.files.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod cache;
mod cause;
mod error;
mod fetcher;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod git;
mod limits;
pub mod local;
mod progress;
mod proof;
pub mod remote;
mod snapshot;
pub mod source;
pub mod urls;
mod wire;

pub use cause::{Cause, Network};
pub use error::FetchError;
pub use fetcher::{Fetcher, Options, Source};
pub use limits::Limits;
pub use progress::{Progress, Step, Watch, unwatched};
pub use remote::{Named, Resolved, Tips};
