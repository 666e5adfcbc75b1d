//! From a source URL to files: resolve it to a commit, fetch only what a start-point needs, keep it in a cache.
//!
//! [`Fetcher`] does all of it, for many URLs at once. The parts are modules of their own:
//! [`git`] runs the git program, `remote` asks which commit is meant, [`source`] takes its files, [`local`] reads
//! repositories on this machine, and [`UrlList`] edits a file of source URLs. Whatever was fetched is kept in a
//! [`BlobCache`](start_points_io::BlobCache).
//!
//! ```no_run
//! use start_points_fetch::git::{GitConfig, Git};
//! use start_points_fetch::{Fetcher, FetchLimits, FetchOptions, unwatched};
//! use start_points_io::BlobCache;
//!
//! let urls = ["https://github.com/cyber-dojo-start-points/java-junit?tag=384f486".parse()?];
//! let git = Git::find(GitConfig::User, FetchLimits::default())?;
//! let cache = BlobCache::open(&BlobCache::default_folder().ok_or("no home")?)?;
//! for source in Fetcher::new(git, cache, FetchOptions::default()).fetch_all(&urls, &unwatched) {
//!     let source = source?;
//!     println!("{} {} files", source.resolved.commit, source.content.files.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod cache;
mod context;
mod error;
mod fetcher;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod git;
mod limits;
pub mod local;
mod proof;
mod remote;
mod snapshot;
pub mod source;
mod url_list;
mod url_update;
mod wire;

pub use batch::FetchedSource;
pub use context::{FetchOptions, FetchProgress, FetchStep, FetchWatch, unwatched};
pub use error::{FetchError, FetchErrorKind, NetworkFault};
pub use fetcher::Fetcher;
pub use limits::FetchLimits;
pub use remote::{CommitName, RemoteRefs, ResolvedUrl};
pub use url_list::{UrlFaultKind, UrlList, UrlListError, UrlListFault};
pub use url_update::{LaterVersions, UrlUpdate};
