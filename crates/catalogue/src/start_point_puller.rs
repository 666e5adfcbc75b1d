//! Pulls start-point images: many at once, each once, and from then on from the cache by its digest.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use start_points::ImageName;
use start_points::files::NonRegular;
use start_points_io::{BlobCache, CacheKey, CacheLock, Cancel, Deadline, LockError, RetryPolicy, parallel};
use start_points_oci::{Digest, ImageContents, MalformedDigest, OciError, OciErrorKind, OciLimits, Registry};

/// The limits for a start-point image, as for a repository.
#[must_use]
pub fn limits() -> OciLimits {
    let mut limits = OciLimits::default();
    limits.layer_bytes = 64 << 20;
    limits.unpacked_bytes = 256 << 20;
    limits.entries = 100_000;
    limits.file_bytes = 1 << 20;
    limits.total_bytes = 32 << 20;
    limits
}

/// Pulls start-point images, with a cache.
#[derive(Debug, Clone, Copy)]
pub struct StartPointPuller<'a> {
    /// The client; its limits are those of every image.
    pub registry: &'a Registry,
    /// The cache of pulled images.
    pub cache: &'a BlobCache,
    /// How often, and for how long, a pull is retried.
    pub retry: &'a RetryPolicy,
    /// Cancels running pulls.
    pub cancel: &'a Cancel,
    /// The number of concurrent pulls.
    pub jobs: NonZeroUsize,
    /// Whether only the cache is used.
    pub offline: bool,
}

/// A start-point image from a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledStartPoint {
    /// The requested name.
    pub name: ImageName,
    /// Its digest.
    pub digest: Digest,
    /// The digest of its tag when it was last seen, if that differs.
    pub moved_from: Option<Digest>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// All of its files.
    pub contents: ImageContents,
}

impl StartPointPuller<'_> {
    /// Pulls images and returns them in the same order. `on_done` is called for each.
    #[must_use]
    pub fn pull_all(
        &self,
        names: &[ImageName],
        on_done: &(dyn Fn(&ImageName) + Sync),
    ) -> Vec<Result<PulledStartPoint, OciError>> {
        let pulled = parallel::map(self.jobs, names, |_, name| {
            let attempt = || {
                if self.cancel.is_cancelled() {
                    return Err(OciError::new(&name.to_string(), OciErrorKind::Cancelled));
                }
                self.pull(name)
            };
            let is_transient = |error: &OciError| error.kind().is_transient();
            let result = self.retry.run(self.cancel, is_transient, attempt);
            on_done(name);
            result
        });
        // A failure to trim is retried by the next run.
        let _ = self.cache.trim();
        pulled
    }

    fn pull(&self, name: &ImageName) -> Result<PulledStartPoint, OciError> {
        let named = |kind| OciError::new(&name.to_string(), kind);
        let seen = self.last_seen(name).map_err(named)?;
        let digest = match name.digest() {
            Some(digest) => digest.parse().map_err(|error: MalformedDigest| named(error.into()))?,
            None if self.offline => seen.clone().ok_or_else(|| named(OciErrorKind::Offline))?,
            None => self.registry.digest(name)?.ok_or_else(|| named(OciErrorKind::NoImage))?,
        };
        let (labels, contents) = self.content(name, &digest)?;
        if name.digest().is_none() && seen.as_ref() != Some(&digest) {
            self.cache
                .put(CacheKey::Named(&seen_key(name)), digest.as_str().as_bytes())
                .map_err(cache_error)
                .map_err(named)?;
        }
        let moved_from = seen.filter(|seen| name.digest().is_none() && *seen != digest);
        Ok(PulledStartPoint { name: name.clone(), digest, moved_from, labels, contents })
    }

    /// The labels and files of an image, from the cache, or else from the registry into the cache.
    fn content(&self, name: &ImageName, digest: &Digest) -> Result<CachedContent, OciError> {
        let named = |kind| OciError::new(&name.to_string(), kind);
        let key = format!("image {digest}");
        if let Some(cached) = self.cached(&key).map_err(named)? {
            return Ok(cached);
        }
        if self.offline {
            return Err(named(OciErrorKind::Offline));
        }
        let _lock = self.lock(&key).map_err(named)?;
        // Another run may have pulled it meanwhile, or this one under another name.
        if let Some(cached) = self.cached(&key).map_err(named)? {
            return Ok(cached);
        }
        let image = self.registry.open(&by_digest(name, digest)?)?;
        let (labels, contents) = (image.inspect()?.labels, image.files("")?);
        let bytes = write_cached(&labels, &contents).map_err(cache_error).map_err(named)?;
        self.cache.put(CacheKey::Named(&key), &bytes).map_err(cache_error).map_err(named)?;
        Ok((labels, contents))
    }

    fn cached(&self, key: &str) -> Result<Option<CachedContent>, OciErrorKind> {
        Ok(self.cache.get(CacheKey::Named(key)).map_err(cache_error)?.and_then(|bytes| read_cached(&bytes)))
    }

    fn lock(&self, key: &str) -> Result<CacheLock, OciErrorKind> {
        let time = self.retry.time;
        let lock = self.cache.lock(CacheKey::Named(key), Deadline::after(time), self.cancel);
        lock.map_err(|error| match error {
            LockError::Cancelled => OciErrorKind::Cancelled,
            LockError::Io(error) => cache_error(error),
            _ => OciErrorKind::TimedOut { seconds: time.as_secs() },
        })
    }

    /// The digest of the name when it was last seen.
    fn last_seen(&self, name: &ImageName) -> Result<Option<Digest>, OciErrorKind> {
        let cached = self.cache.get(CacheKey::Named(&seen_key(name))).map_err(cache_error)?;
        Ok(cached.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()))
    }
}

fn seen_key(name: &ImageName) -> String {
    format!("image name {}", name.canonical())
}

/// The name with this digest, so that exactly the looked-up image is pulled.
fn by_digest(name: &ImageName, digest: &Digest) -> Result<ImageName, OciError> {
    let text = format!("{}@{digest}", name.name_without_tag());
    text.parse().map_err(|_| OciError::new(&name.to_string(), OciErrorKind::NoImage))
}

fn cache_error(error: io::Error) -> OciErrorKind {
    OciErrorKind::Io(format!("the cache: {error}"))
}

/// The labels and the files of an image. In the cache they are a line of JSON that lists everything, then the files.
type CachedContent = (BTreeMap<String, String>, ImageContents);

#[derive(Serialize, Deserialize)]
struct CacheHead {
    labels: BTreeMap<String, String>,
    files: Vec<CachedFile>,
    oversized: BTreeMap<String, u64>,
    links: BTreeMap<String, String>,
    /// Each with the word for its type.
    irregular: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct CachedFile {
    path: String,
    size: usize,
    executable: bool,
}

fn write_cached(labels: &BTreeMap<String, String>, contents: &ImageContents) -> io::Result<Vec<u8>> {
    let listed = |(path, bytes): (&String, &Vec<u8>)| CachedFile {
        path: path.clone(),
        size: bytes.len(),
        executable: contents.executable.contains(path),
    };
    let word = |(path, other): (&String, &NonRegular)| (path.clone(), other.as_str().to_owned());
    let head = CacheHead {
        labels: labels.clone(),
        files: contents.files.iter().map(listed).collect(),
        oversized: contents.oversized.clone(),
        links: contents.links.clone(),
        irregular: contents.irregular.iter().map(word).collect(),
    };
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    contents.files.values().for_each(|file| bytes.extend_from_slice(file));
    Ok(bytes)
}

fn read_cached(bytes: &[u8]) -> Option<CachedContent> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, mut rest) = bytes.split_at_checked(end + 1)?;
    let head: CacheHead = serde_json::from_slice(head).ok()?;
    let mut contents = ImageContents::default();
    for CachedFile { path, size, executable } in head.files {
        let (bytes, after) = rest.split_at_checked(size)?;
        rest = after;
        if executable {
            contents.executable.insert(path.clone());
        }
        contents.files.insert(path, bytes.to_vec());
    }
    contents.oversized = head.oversized;
    contents.links = head.links;
    for (path, word) in head.irregular {
        contents.irregular.insert(path, NonRegular::from_word(&word)?);
    }
    rest.is_empty().then_some((head.labels, contents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_image_is_read_as_written() {
        let labels = BTreeMap::from([("a".to_owned(), "b\n".to_owned())]);
        let mut contents = ImageContents::default();
        contents.files = [("x".to_owned(), b"1\n2".to_vec()), ("y".to_owned(), Vec::new())].into();
        contents.executable.insert("y".to_owned());
        contents.oversized.insert("z".to_owned(), 9);
        contents.links.insert("w".to_owned(), "x".to_owned());
        contents.irregular.insert("link".to_owned(), NonRegular::EscapingLink);
        let bytes = write_cached(&labels, &contents).unwrap();
        assert_eq!(read_cached(&bytes), Some((labels, contents)));
        assert_eq!(read_cached(&bytes[..bytes.len() - 1]), None);
        assert_eq!(read_cached(b"{}\n"), None);
    }
}
