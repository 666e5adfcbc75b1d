//! What registries said of images, remembered between calls and, in the cache, between runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use start_points::{ImageName, Time};
use start_points_io::{BlobCache, CacheKey};

/// The key of a repository's document in the cache; its number changes when the record's format does.
fn document(repository: &str) -> String {
    format!("image-facts-1 {repository}")
}

/// The full spelling of an image's registry and path.
pub(crate) fn repository(image: &ImageName) -> String {
    image.canonical().name_without_tag()
}

/// The records of all repositories that were asked about.
#[derive(Debug)]
pub(crate) struct FactMemory {
    cache: Option<BlobCache>,
    /// By repository, in its full spelling.
    records: Mutex<BTreeMap<String, RepositoryRecord>>,
}

/// What was known of repositories before a call; only what changed since is written.
#[derive(Debug)]
pub(crate) struct MemorySnapshot(BTreeMap<String, RepositoryRecord>);

impl FactMemory {
    /// Without a cache, facts are remembered in memory only.
    pub(crate) fn new(cache: Option<BlobCache>) -> Self {
        Self { cache, records: Mutex::default() }
    }

    /// Loads the records of repositories that are not in memory yet.
    pub(crate) fn load<'a>(&self, repositories: impl Iterator<Item = &'a String>) -> MemorySnapshot {
        MemorySnapshot(repositories.map(|name| (name.clone(), self.load_one(name))).collect())
    }

    fn load_one(&self, repository: &str) -> RepositoryRecord {
        if let Some(record) = self.records().get(repository) {
            return record.clone();
        }
        let bytes = self
            .cache
            .as_ref()
            .and_then(|cache| cache.get(CacheKey::Named(&document(repository))).ok().flatten());
        let record = bytes.map(|bytes| RepositoryRecord::read(&bytes)).unwrap_or_default();
        self.records().entry(repository.to_owned()).or_insert(record).clone()
    }

    /// Writes the records that changed to the cache. If that fails, the next run asks again.
    pub(crate) fn save(&self, before: &MemorySnapshot) {
        let Some(cache) = &self.cache else { return };
        for (repository, old) in &before.0 {
            let record = self.records().get(repository).cloned().unwrap_or_default();
            if record != *old {
                let _ = cache.put(CacheKey::Named(&document(repository)), &record.write());
            }
        }
        let _ = cache.trim();
    }

    /// The digest of an image, and when it was made, unless what its tag named was seen longer ago than `max_age`
    /// seconds.
    pub(crate) fn image(&self, image: &ImageName, max_age: u64, now: Time) -> Option<(String, Option<Time>)> {
        let mut records = self.records();
        let record = records.entry(repository(image)).or_default();
        let digest = match image.digest() {
            Some(digest) => digest.to_owned(),
            None => record.named(tag_or_latest(image), max_age, now)?,
        };
        let made = record.made(&digest)?;
        Some((digest, made))
    }

    /// When the image of a digest was made, if known: a digest never means another image.
    pub(crate) fn made(&self, image: &ImageName, digest: &str) -> Option<Option<Time>> {
        self.records().get(&repository(image))?.made(digest)
    }

    /// Remembers what an image's name means, and when that was made.
    pub(crate) fn keep_image(&self, image: &ImageName, digest: &str, made: Option<Time>, now: Time) {
        let mut records = self.records();
        let record = records.entry(repository(image)).or_default();
        record.keep_made(digest, made);
        if image.digest().is_none() {
            record.keep_named(tag_or_latest(image), digest, now);
        }
    }

    /// The tags of an image's repository, unless they were listed longer ago than `max_age` seconds.
    pub(crate) fn tags(&self, image: &ImageName, max_age: u64, now: Time) -> Option<Vec<String>> {
        self.records().get(&repository(image))?.tags(max_age, now)
    }

    /// Remembers the tags of an image's repository.
    pub(crate) fn keep_tags(&self, image: &ImageName, tags: &[String], now: Time) {
        self.records().entry(repository(image)).or_default().keep_tags(tags, now);
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, RepositoryRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tag_or_latest(image: &ImageName) -> &str {
    image.tag().unwrap_or("latest")
}

/// The most tags, and the most images, remembered of one repository.
const MOST: usize = 5_000;

/// What is remembered of one repository. A record that cannot be parsed counts as empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct RepositoryRecord {
    /// Every tag, and when they were listed.
    #[serde(default)]
    tags: Option<Dated<Vec<String>>>,
    /// The digest that a tag named.
    #[serde(default)]
    named: BTreeMap<String, Dated<String>>,
    /// When the image of a digest says that it was made, in seconds since 1970. A digest never means anything else.
    #[serde(default)]
    made: BTreeMap<String, Option<u64>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Dated<T> {
    at: u64,
    value: T,
}

impl<T> Dated<T> {
    /// The value, unless it is older than that or from the future.
    fn within(&self, seconds: u64, now: Time) -> Option<&T> {
        let age = now.seconds_since(Time::from_unix(self.at))?;
        (age <= seconds).then_some(&self.value)
    }
}

impl RepositoryRecord {
    fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The tags, unless they were listed longer ago than that.
    fn tags(&self, within: u64, now: Time) -> Option<Vec<String>> {
        self.tags.as_ref()?.within(within, now).cloned()
    }

    fn keep_tags(&mut self, tags: &[String], now: Time) {
        self.tags = (tags.len() <= MOST).then(|| Dated { at: now.unix(), value: tags.to_vec() });
    }

    /// The digest that a tag named, unless that was seen longer ago than that.
    fn named(&self, tag: &str, within: u64, now: Time) -> Option<String> {
        self.named.get(tag)?.within(within, now).cloned()
    }

    fn keep_named(&mut self, tag: &str, digest: &str, now: Time) {
        self.named.insert(tag.to_owned(), Dated { at: now.unix(), value: digest.to_owned() });
        while self.named.len() > MOST {
            let oldest = self.named.iter().min_by_key(|(_, seen)| seen.at).map(|(tag, _)| tag.clone());
            oldest.map(|tag| self.named.remove(&tag));
        }
    }

    /// When the image of a digest says that it was made; the inner `None` means that it does not say.
    fn made(&self, digest: &str) -> Option<Option<Time>> {
        self.made.get(digest).map(|seconds| seconds.map(Time::from_unix))
    }

    fn keep_made(&mut self, digest: &str, made: Option<Time>) {
        if self.made.len() >= MOST {
            self.made.clear();
        }
        self.made.insert(digest.to_owned(), made.map(Time::unix));
    }
}
