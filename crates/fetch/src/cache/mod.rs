//! A cache of commits, shared by every run of the user: a commit fetched once is never fetched again.
//!
//! ```text
//! blobs/sha256/DIGEST      bytes, named by their digest and checked against it
//! commits-N/SHA            the digest of what was taken of a commit
//! named/KEY                the digest of what is kept under a key: what was taken of an image
//! repositories-N/KEY.json  what a repository's names meant when they were last asked for
//! locks/, scratch/         for the runs under way
//! ```
//!
//! Every file appears whole, by a rename. What is lost is fetched again, so all of it may be deleted.

mod lock;
mod record;
mod snapshot;
mod store;
mod trim;

pub use lock::Lock;
pub use trim::Freed;

pub(crate) use record::Record;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use start_points::CommitSha;
use start_points_io::{Cancel, quick_file};
use thiserror::Error;

use crate::limits::Deadline;
use crate::source::Content;

/// What the cache may hold by default.
const LIMIT: u64 = 1 << 30;

/// Another number where what is taken of a commit, or how it is kept, changes.
const COMMITS: &str = "commits-2";

/// Where the digests of what is kept under a key are.
const NAMED: &str = "named";

/// The file whose lock says that the cache is in use.
const IN_USE: &str = "in-use.lock";

/// A cache in a folder.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
    /// Shared by everyone who uses the cache; held for that alone.
    _in_use: File,
}

/// Why the cache cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CacheError {
    /// Its folder cannot be written or read.
    #[error("cannot use the cache in `{}`: {error}", folder.display())]
    Io {
        /// Its folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// It cannot be cleaned while others use it.
    #[error("the cache in `{}` is in use", .0.display())]
    InUse(PathBuf),
}

impl Cache {
    /// `$XDG_CACHE_HOME/start-points`, or `~/.cache/start-points`; none where neither is known.
    #[must_use]
    pub fn default_folder() -> Option<PathBuf> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(caches.join("start-points"))
    }

    /// Opens the cache in this folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be made or written.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let wrap = |error| CacheError::Io { folder: folder.to_owned(), error };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for part in ["", store::FOLDER, COMMITS, NAMED, record::FOLDER, lock::FOLDER, trim::SCRATCH] {
            builder.create(folder.join(part)).map_err(wrap)?;
        }
        let tag = folder.join("CACHEDIR.TAG");
        if !tag.exists() {
            let text = "Signature: 8a477f597d28d172789f06886806bc55\n# The cache of start-points: it may be deleted.\n";
            quick_file(&tag, text.as_bytes()).map_err(wrap)?;
        }
        let in_use = lock::file(&folder.join(IN_USE)).map_err(wrap)?;
        in_use.lock_shared().map_err(wrap)?;
        Ok(Self { folder: folder.to_owned(), limit: LIMIT, _in_use: in_use })
    }

    /// With another limit of bytes.
    #[must_use]
    pub fn with_limit(self, bytes: u64) -> Self {
        Self { limit: bytes, ..self }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes by their sha256 digest in hex; `None` where they are not there, or no longer what they were.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn blob(&self, digest: &str) -> io::Result<Option<Vec<u8>>> {
        store::read(&self.folder, digest)
    }

    /// Keeps bytes, and answers their digest.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn keep_blob(&self, bytes: &[u8]) -> io::Result<String> {
        store::write(&self.folder, bytes)
    }

    /// What is kept under a key, of whatever kind: a word that says the kind begins it.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn kept(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(digest) = read_if_there(&self.named_path(name))? else { return Ok(None) };
        self.blob(String::from_utf8_lossy(&digest).trim())
    }

    /// Keeps bytes under a key, in the place of any other.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let digest = self.keep_blob(bytes)?;
        quick_file(&self.named_path(name), format!("{digest}\n").as_bytes())
    }

    /// Waits until nobody else, of this run or another, works on what is to be kept under a key; `None` where the time
    /// is up or it was cancelled.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn lock(&self, name: &str, time: Duration, cancel: &Cancel) -> io::Result<Option<Lock>> {
        Lock::wait(&self.folder, &key(name), Deadline::after(time), cancel)
    }

    /// A folder for work under way, on the cache's own disk.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.folder.join(trim::SCRATCH)
    }

    /// Removes what was not used for longest until the rest is within the limit.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn trim(&self) -> io::Result<Freed> {
        trim::to(&self.folder, self.limit)
    }

    /// Removes everything in the cache in this folder.
    ///
    /// # Errors
    /// Where others use it, or the disk fails.
    pub fn clean(folder: &Path) -> Result<Freed, CacheError> {
        trim::all(folder)
    }

    /// What was taken of a commit.
    pub(crate) fn content(&self, commit: &CommitSha) -> io::Result<Option<Content>> {
        let Some(digest) = read_if_there(&self.commit_path(commit))? else { return Ok(None) };
        let bytes = self.blob(String::from_utf8_lossy(&digest).trim())?;
        Ok(bytes.and_then(|bytes| snapshot::read(&bytes)))
    }

    /// Whether something was taken of a commit, which proves that it is one.
    pub(crate) fn has_content(&self, commit: &CommitSha) -> io::Result<bool> {
        self.commit_path(commit).try_exists()
    }

    /// Keeps what was taken of a commit.
    pub(crate) fn keep_content(&self, commit: &CommitSha, content: &Content) -> io::Result<()> {
        let digest = self.keep_blob(&snapshot::write(content)?)?;
        quick_file(&self.commit_path(commit), format!("{digest}\n").as_bytes())
    }

    /// Waits until no other run fetches this commit; `None` where the time is up or it was cancelled.
    pub(crate) fn lock_commit(
        &self,
        commit: &CommitSha,
        deadline: Deadline,
        cancel: &Cancel,
    ) -> io::Result<Option<Lock>> {
        Lock::wait(&self.folder, commit.as_str(), deadline, cancel)
    }

    /// What is known of a repository.
    pub(crate) fn record(&self, repository: &str) -> io::Result<Record> {
        Record::read(&self.folder, &key(repository))
    }

    /// Changes what is known of a repository.
    pub(crate) fn update_record(&self, repository: &str, change: impl FnOnce(&mut Record)) -> io::Result<()> {
        Record::update(&self.folder, &key(repository), change)
    }

    fn named_path(&self, name: &str) -> PathBuf {
        self.folder.join(NAMED).join(key(name))
    }

    fn commit_path(&self, commit: &CommitSha) -> PathBuf {
        self.folder.join(COMMITS).join(commit.as_str())
    }
}

fn key(repository: &str) -> String {
    hex(&Sha256::digest(repository.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
