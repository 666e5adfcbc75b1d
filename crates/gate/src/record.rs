//! What is remembered of a repository of images: its tags, what they name, and when that was made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use start_points::Time;

/// The most tags, and the most images, of one repository that are remembered.
const MOST: usize = 5_000;

/// How long an answer of a registry counts, in seconds.
pub(crate) const FRESH: u64 = 60 * 60;
/// And where it is what another tag than the one in question names: tags are not meant to move.
pub(crate) const SETTLED: u64 = 30 * 24 * 60 * 60;

/// What is remembered. A record that cannot be read is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Every tag, and when they were listed.
    #[serde(default)]
    tags: Option<Seen<Vec<String>>>,
    /// What a tag named.
    #[serde(default)]
    named: BTreeMap<String, Seen<String>>,
    /// When the image of a digest says that it was made, in seconds since 1970. A digest never means anything else.
    #[serde(default)]
    made: BTreeMap<String, Option<u64>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen<T> {
    at: u64,
    value: T,
}

impl<T> Seen<T> {
    /// What is no older than that, and not from the future.
    fn within(&self, seconds: u64, now: Time) -> Option<&T> {
        let age = now.seconds_since(Time::from_unix(self.at))?;
        (age <= seconds).then_some(&self.value)
    }
}

impl Record {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The tags, where they were listed no longer ago than that.
    pub(crate) fn tags(&self, within: u64, now: Time) -> Option<Vec<String>> {
        self.tags.as_ref()?.within(within, now).cloned()
    }

    pub(crate) fn keep_tags(&mut self, tags: &[String], now: Time) {
        self.tags = (tags.len() <= MOST).then(|| Seen { at: now.unix(), value: tags.to_vec() });
    }

    /// What a tag named, where that was asked no longer ago than that.
    pub(crate) fn named(&self, tag: &str, within: u64, now: Time) -> Option<String> {
        self.named.get(tag)?.within(within, now).cloned()
    }

    pub(crate) fn keep_named(&mut self, tag: &str, digest: &str, now: Time) {
        self.named.insert(tag.to_owned(), Seen { at: now.unix(), value: digest.to_owned() });
        while self.named.len() > MOST {
            let oldest = self.named.iter().min_by_key(|(_, seen)| seen.at).map(|(tag, _)| tag.clone());
            oldest.map(|tag| self.named.remove(&tag));
        }
    }

    /// When the image of a digest says that it was made: known, and then perhaps that it does not say.
    pub(crate) fn made(&self, digest: &str) -> Option<Option<Time>> {
        self.made.get(digest).map(|seconds| seconds.map(Time::from_unix))
    }

    pub(crate) fn keep_made(&mut self, digest: &str, made: Option<Time>) {
        if self.made.len() >= MOST {
            self.made.clear();
        }
        self.made.insert(digest.to_owned(), made.map(Time::unix));
    }
}
