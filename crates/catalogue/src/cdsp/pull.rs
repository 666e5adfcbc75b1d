//! Pulling images of start-points: many at once, each once, and by its digest from the cache ever after.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use start_points::ImageName;
use start_points_io::{BlobCache, CacheKey, CacheLock, Cancel, Deadline, LockError, RetryPolicy, parallel};
use start_points_oci::{Digest, ImageContents, OciError, OciErrorKind, OciLimits, Registry};

use super::kept::{self, Kept};

/// What an image of one start-point may cost: what a repository may, and no more.
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

/// Pulls images, with a cache.
#[derive(Debug, Clone, Copy)]
pub struct Puller<'a> {
    /// The client; its limits are those of every image.
    pub registry: &'a Registry,
    /// What was pulled before.
    pub cache: &'a BlobCache,
    /// How often, and for how long, an image is tried for.
    pub retry: &'a RetryPolicy,
    /// Ends what is under way.
    pub cancel: &'a Cancel,
    /// How many are pulled at once.
    pub jobs: NonZeroUsize,
    /// Whether the cache alone is used.
    pub offline: bool,
}

/// An image of a start-point, as it is in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What it was asked for by.
    pub name: ImageName,
    /// What that stands for.
    pub digest: Digest,
    /// What its tag stood for when it was last seen, where that is another one.
    pub moved_from: Option<Digest>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// All of its files.
    pub contents: ImageContents,
}

impl Puller<'_> {
    /// Pulls images, in their order. `tell` is told of each that is done.
    #[must_use]
    pub fn pull_all(
        &self,
        names: &[ImageName],
        tell: &(dyn Fn(&ImageName) + Sync),
    ) -> Vec<Result<Pulled, OciError>> {
        let pulled = parallel::map(self.jobs, names, |_, name| {
            let attempt = || match self.cancel.is_cancelled() {
                true => Err(OciError::new(&name.to_string(), OciErrorKind::Cancelled)),
                false => self.pull(name),
            };
            let is_transient = |error: &OciError| error.kind().is_transient();
            let result = self.retry.run(self.cancel, is_transient, attempt);
            tell(name);
            result
        });
        // What does not fit today is tried again next time.
        let _ = self.cache.trim();
        pulled
    }

    fn pull(&self, name: &ImageName) -> Result<Pulled, OciError> {
        let fault = |cause| OciError::new(&name.to_string(), cause);
        let seen = self.seen(name).map_err(fault)?;
        let digest = match name.digest() {
            Some(digest) => {
                digest.parse().map_err(|error: start_points_oci::MalformedDigest| fault(error.into()))?
            }
            None if self.offline => seen.clone().ok_or_else(|| fault(OciErrorKind::Offline))?,
            None => self.registry.digest(name)?.ok_or_else(|| fault(OciErrorKind::NoImage))?,
        };
        let (labels, contents) = self.all_of(name, &digest)?;
        if name.digest().is_none() && seen.as_ref() != Some(&digest) {
            self.cache
                .put(CacheKey::Named(&seen_key(name)), digest.as_str().as_bytes())
                .map_err(io)
                .map_err(fault)?;
        }
        let moved_from = seen.filter(|seen| name.digest().is_none() && *seen != digest);
        Ok(Pulled { name: name.clone(), digest, moved_from, labels, contents })
    }

    /// The labels and the files of an image, from the cache, or from the registry for the cache.
    fn all_of(&self, name: &ImageName, digest: &Digest) -> Result<Kept, OciError> {
        let fault = |cause| OciError::new(&name.to_string(), cause);
        let key = format!("image {digest}");
        if let Some(kept) = self.kept(&key).map_err(fault)? {
            return Ok(kept);
        }
        if self.offline {
            return Err(fault(OciErrorKind::Offline));
        }
        let _lock = self.lock(&key).map_err(fault)?;
        // Another run may have been first, or this one by another name.
        if let Some(kept) = self.kept(&key).map_err(fault)? {
            return Ok(kept);
        }
        let image = self.registry.open(&by_digest(name, digest)?)?;
        let (labels, contents) = (image.inspect()?.labels, image.files("")?);
        let bytes = kept::write(&labels, &contents).map_err(io).map_err(fault)?;
        self.cache.put(CacheKey::Named(&key), &bytes).map_err(io).map_err(fault)?;
        Ok((labels, contents))
    }

    fn kept(&self, key: &str) -> Result<Option<Kept>, OciErrorKind> {
        Ok(self.cache.get(CacheKey::Named(key)).map_err(io)?.and_then(|bytes| kept::read(&bytes)))
    }

    fn lock(&self, key: &str) -> Result<CacheLock, OciErrorKind> {
        let time = self.retry.time;
        let lock = self.cache.lock(CacheKey::Named(key), Deadline::after(time), self.cancel);
        lock.map_err(|error| match error {
            LockError::Cancelled => OciErrorKind::Cancelled,
            LockError::Io(error) => io(error),
            _ => OciErrorKind::TimedOut { seconds: time.as_secs() },
        })
    }

    /// What the name stood for when it was last asked about.
    fn seen(&self, name: &ImageName) -> Result<Option<Digest>, OciErrorKind> {
        let kept = self.cache.get(CacheKey::Named(&seen_key(name))).map_err(io)?;
        Ok(kept.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()))
    }
}

fn seen_key(name: &ImageName) -> String {
    format!("image name {}", name.canonical())
}

/// Its own name with nothing but this digest, so that what is pulled is what was looked up.
fn by_digest(name: &ImageName, digest: &Digest) -> Result<ImageName, OciError> {
    let text = format!("{}@{digest}", name.name_without_tag());
    text.parse().map_err(|_| OciError::new(&name.to_string(), OciErrorKind::NoImage))
}

fn io(error: std::io::Error) -> OciErrorKind {
    OciErrorKind::Io(format!("the cache: {error}"))
}
