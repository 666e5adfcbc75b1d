//! Where the cache keeps what.
//!
//! ```text
//! blobs/sha256/DIGEST      bytes, verified against their digest
//! commits-N/SHA            the digest of the content of a git commit
//! named/KEY                the digest of the value of any other key
//! repositories-N/KEY.json  small records that change: what the references of a repository named
//! locks/, scratch/         for runs under way
//! ```
//!
//! A `KEY` is the sha256 of the key's text.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// The folders of the cache. A number goes up when the format changes.
pub(crate) const BLOBS: &str = "blobs/sha256";
pub(crate) const COMMITS: &str = "commits-2";
pub(crate) const NAMED: &str = "named";
pub(crate) const RECORDS: &str = "repositories-1";
pub(crate) const LOCKS: &str = "locks";
pub(crate) const SCRATCH: &str = "scratch";

/// The file whose lock shows that the cache is in use.
pub(crate) const IN_USE: &str = "in-use.lock";

/// The length of a sha256 digest in hexadecimal.
const DIGEST_LENGTH: usize = 64;

/// The name of a value in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheKey<'a> {
    /// The content of a git commit, by the full hash of the commit.
    Commit(&'a str),
    /// Any other value. The text begins with a word for its kind.
    Named(&'a str),
}

impl CacheKey<'_> {
    fn file_name(self) -> String {
        match self {
            Self::Commit(sha) if is_hex(sha) => sha.to_owned(),
            Self::Commit(text) | Self::Named(text) => sha256(text.as_bytes()),
        }
    }
}

pub(crate) fn blob_path(cache: &Path, digest: &str) -> PathBuf {
    cache.join(BLOBS).join(digest)
}

pub(crate) fn key_path(cache: &Path, key: CacheKey<'_>) -> PathBuf {
    let folder = match key {
        CacheKey::Commit(_) => COMMITS,
        CacheKey::Named(_) => NAMED,
    };
    cache.join(folder).join(key.file_name())
}

pub(crate) fn lock_path(cache: &Path, key: CacheKey<'_>) -> PathBuf {
    cache.join(LOCKS).join(key.file_name())
}

pub(crate) fn record_path(cache: &Path, name: &str) -> PathBuf {
    cache.join(RECORDS).join(format!("{}.json", sha256(name.as_bytes())))
}

pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == DIGEST_LENGTH && is_hex(text)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
