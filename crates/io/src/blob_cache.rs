//! A cache on disk that all runs of a user share: blobs by their digest, and names for them.
//!
//! Every file appears whole, by a rename. Whatever is missing is fetched again, so all of it may be deleted at any time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use thiserror::Error;

use crate::cache_layout::{
    BLOBS, COMMITS, CacheKey, IN_USE, LOCKS, NAMED, RECORDS, SCRATCH, blob_path, is_digest, key_path,
    lock_path, record_path, sha256,
};
use crate::cache_trim::{self, FreedSpace};
use crate::file::{read_if_exists, write_cache_file};
use crate::lock::{LockError, lock_exclusive, lock_file};
use crate::retry::{Cancel, Deadline};

/// The bytes of blobs that the cache may hold by default.
const DEFAULT_LIMIT: u64 = 1 << 30;

/// Tells backup programs to leave the cache out: <https://bford.info/cachedir/>.
const CACHEDIR_TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# The cache of start-points: it may be deleted.\n";

/// A cache in a folder.
#[derive(Debug)]
pub struct BlobCache {
    folder: PathBuf,
    limit: u64,
    /// Locked in common with all other users of the cache, for as long as it is open.
    _in_use: File,
}

/// Why the cache cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CacheError {
    /// Its folder cannot be read or written.
    #[error("cannot use the cache in `{}`: {error}", folder.display())]
    Io {
        /// Its folder.
        folder: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// It cannot be cleaned while other runs use it.
    #[error("the cache in `{}` is in use", .0.display())]
    InUse(PathBuf),
}

/// A lock of the cache, held until dropped or until the process ends. Its file stays, so that all runs lock the same
/// one.
#[derive(Debug)]
pub struct CacheLock {
    _file: File,
}

impl BlobCache {
    /// `$XDG_CACHE_HOME/start-points`, or `~/.cache/start-points`; `None` if neither is known. See
    /// <https://specifications.freedesktop.org/basedir-spec/latest/>.
    #[must_use]
    pub fn default_folder() -> Option<PathBuf> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(caches.join("start-points"))
    }

    /// Opens the cache in a folder, and creates what is missing.
    ///
    /// # Errors
    /// If the folder cannot be created or written.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let wrap = |error| CacheError::Io { folder: folder.to_owned(), error };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for part in ["", BLOBS, COMMITS, NAMED, RECORDS, LOCKS, SCRATCH] {
            builder.create(folder.join(part)).map_err(wrap)?;
        }
        let tag = folder.join("CACHEDIR.TAG");
        if !tag.exists() {
            write_cache_file(&tag, CACHEDIR_TAG.as_bytes()).map_err(wrap)?;
        }
        let in_use = lock_file(&folder.join(IN_USE)).map_err(wrap)?;
        in_use.lock_shared().map_err(wrap)?;
        Ok(Self { folder: folder.to_owned(), limit: DEFAULT_LIMIT, _in_use: in_use })
    }

    /// Sets the bytes of blobs that [`BlobCache::trim`] leaves.
    #[must_use]
    pub fn with_limit(self, bytes: u64) -> Self {
        Self { limit: bytes, ..self }
    }

    /// The folder of the cache.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder for work under way, on the disk of the cache.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.folder.join(SCRATCH)
    }

    /// The bytes with this sha256 digest in hexadecimal; `None` if they are missing or corrupt.
    ///
    /// # Errors
    /// The system's error.
    pub fn blob(&self, digest: &str) -> io::Result<Option<Vec<u8>>> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let path = blob_path(&self.folder, digest);
        let Some(bytes) = read_if_exists(&path)? else { return Ok(None) };
        if sha256(&bytes) != digest {
            let _ = fs::remove_file(&path);
            return Ok(None);
        }
        // What was used last is trimmed last. A cache that is read-only stays as it is.
        let touched = File::options().append(true).open(&path);
        let _ = touched.and_then(|file| file.set_modified(SystemTime::now()));
        Ok(Some(bytes))
    }

    /// Writes bytes, and returns their sha256 digest in hexadecimal.
    ///
    /// # Errors
    /// The system's error.
    pub fn put_blob(&self, bytes: &[u8]) -> io::Result<String> {
        let digest = sha256(bytes);
        write_cache_file(&blob_path(&self.folder, &digest), bytes)?;
        Ok(digest)
    }

    /// The value of a key; `None` if it is missing or corrupt.
    ///
    /// # Errors
    /// The system's error.
    pub fn get(&self, key: CacheKey<'_>) -> io::Result<Option<Vec<u8>>> {
        let Some(digest) = read_if_exists(&key_path(&self.folder, key))? else { return Ok(None) };
        self.blob(String::from_utf8_lossy(&digest).trim())
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// The system's error.
    pub fn put(&self, key: CacheKey<'_>, bytes: &[u8]) -> io::Result<()> {
        let digest = self.put_blob(bytes)?;
        write_cache_file(&key_path(&self.folder, key), format!("{digest}\n").as_bytes())
    }

    /// Whether a key was ever set; its value may have been trimmed since.
    ///
    /// # Errors
    /// The system's error.
    pub fn contains(&self, key: CacheKey<'_>) -> io::Result<bool> {
        key_path(&self.folder, key).try_exists()
    }

    /// Waits until no other thread or process works on the value of a key.
    ///
    /// # Errors
    /// If the wait times out or is cancelled, or the system's error.
    pub fn lock(
        &self,
        key: CacheKey<'_>,
        deadline: Deadline,
        cancel: &Cancel,
    ) -> Result<CacheLock, LockError> {
        let file = lock_file(&lock_path(&self.folder, key))?;
        lock_exclusive(&file, deadline, cancel)?;
        Ok(CacheLock { _file: file })
    }

    /// The record of this name.
    ///
    /// # Errors
    /// The system's error.
    pub fn record(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        read_if_exists(&record_path(&self.folder, name))
    }

    /// Changes a record under its lock. `change` gets the old record, and returns the new one, or `None` to keep the
    /// old one.
    ///
    /// # Errors
    /// The system's error, or that of `change`.
    pub fn update_record(
        &self,
        name: &str,
        change: impl FnOnce(Option<Vec<u8>>) -> io::Result<Option<Vec<u8>>>,
    ) -> io::Result<()> {
        let lock = lock_file(&lock_path(&self.folder, CacheKey::Named(name)))?;
        // Nobody holds the lock of a record for long.
        lock.lock()?;
        match change(self.record(name)?)? {
            Some(new) => write_cache_file(&record_path(&self.folder, name), &new),
            None => Ok(()),
        }
    }

    /// Removes the blobs that were not used for longest, until the rest is within the limit.
    ///
    /// # Errors
    /// The system's error.
    pub fn trim(&self) -> io::Result<FreedSpace> {
        cache_trim::trim(&self.folder, self.limit)
    }

    /// Removes everything from the cache in a folder.
    ///
    /// # Errors
    /// If other runs use it, or the disk fails.
    pub fn clean(folder: &Path) -> Result<FreedSpace, CacheError> {
        cache_trim::clean(folder).map_err(|error| match error {
            LockError::TimedOut | LockError::Cancelled => CacheError::InUse(folder.to_owned()),
            LockError::Io(error) => CacheError::Io { folder: folder.to_owned(), error },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn cache() -> (tempfile::TempDir, BlobCache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = BlobCache::open(folder.path()).unwrap();
        (folder, cache)
    }

    #[test]
    fn blobs_are_verified() {
        let (folder, cache) = cache();
        let digest = cache.put_blob(b"abc").unwrap();
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(cache.blob(&digest).unwrap().as_deref(), Some(&b"abc"[..]));
        fs::write(blob_path(folder.path(), &digest), b"abd").unwrap();
        assert_eq!(cache.blob(&digest).unwrap(), None);
        assert_eq!(cache.blob("../../etc/passwd").unwrap(), None);
    }

    #[test]
    fn keys_of_different_kinds_are_different() {
        let (_folder, cache) = cache();
        cache.put(CacheKey::Named("abc"), b"named").unwrap();
        assert_eq!(cache.get(CacheKey::Commit("abc")).unwrap(), None);
        assert!(!cache.contains(CacheKey::Commit("abc")).unwrap());
        cache.put(CacheKey::Commit("abc"), b"commit").unwrap();
        assert_eq!(cache.get(CacheKey::Named("abc")).unwrap().as_deref(), Some(&b"named"[..]));
        assert_eq!(cache.get(CacheKey::Commit("abc")).unwrap().as_deref(), Some(&b"commit"[..]));
    }

    #[test]
    fn records_are_updated_in_place() {
        let (_folder, cache) = cache();
        for old in [None, Some(b"1".to_vec())] {
            cache
                .update_record("r", |found| {
                    assert_eq!(found, old);
                    Ok(Some(b"1".to_vec()))
                })
                .unwrap();
        }
        cache.update_record("r", |_| Ok(None)).unwrap();
        assert_eq!(cache.record("r").unwrap().as_deref(), Some(&b"1"[..]));
    }

    #[test]
    fn a_lock_excludes_others_until_it_is_dropped() {
        let (_folder, cache) = cache();
        let lock = |key| cache.lock(key, Deadline::after(Duration::from_millis(20)), &Cancel::default());
        let held = lock(CacheKey::Named("a")).unwrap();
        assert!(matches!(lock(CacheKey::Named("a")), Err(LockError::TimedOut)));
        assert!(lock(CacheKey::Named("b")).is_ok());
        drop(held);
        assert!(lock(CacheKey::Named("a")).is_ok());
    }
}
