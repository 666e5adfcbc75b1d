//! What is cached of commits and repositories, on top of the shared [`BlobCache`].
//!
//! The content of a commit never changes. What the references of a repository name does: its record says what they
//! named when they were last asked for.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use start_points::CommitSha;
use start_points_io::{BlobCache, CacheKey, CacheLock, Deadline, LockError};

use crate::error::FetchErrorKind;
use crate::git::Git;
use crate::remote::{CommitName, ObjectKinds};
use crate::snapshot;
use crate::source::FetchedContent;

/// The most commits of a repository that a record keeps.
const MAX_COMMITS: usize = 1_000;

/// The shared cache, as a cache of commits and repositories.
#[derive(Debug, Clone)]
pub(crate) struct CommitCache(Arc<BlobCache>);

impl CommitCache {
    pub(crate) fn new(cache: BlobCache) -> Self {
        Self(Arc::new(cache))
    }

    pub(crate) fn blobs(&self) -> &BlobCache {
        &self.0
    }

    /// A folder for work under way.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.0.scratch()
    }

    /// The content of a commit.
    pub(crate) fn content(&self, commit: &CommitSha) -> Result<Option<FetchedContent>, FetchErrorKind> {
        let bytes = self.0.get(key(commit)).map_err(io_error)?;
        Ok(bytes.and_then(|bytes| snapshot::read(&bytes)))
    }

    /// Whether an object was ever fetched as a commit, which proves that it is one.
    pub(crate) fn has_content(&self, object: &CommitSha) -> Result<bool, FetchErrorKind> {
        self.0.contains(key(object)).map_err(io_error)
    }

    pub(crate) fn put_content(
        &self,
        commit: &CommitSha,
        content: &FetchedContent,
    ) -> Result<(), FetchErrorKind> {
        snapshot::write(content).and_then(|bytes| self.0.put(key(commit), &bytes)).map_err(io_error)
    }

    /// Waits until no other run fetches this commit.
    pub(crate) fn lock(
        &self,
        commit: &CommitSha,
        deadline: Deadline,
        git: &Git,
    ) -> Result<CacheLock, FetchErrorKind> {
        self.0.lock(key(commit), deadline, git.cancel()).map_err(|error| match error {
            LockError::Cancelled => FetchErrorKind::Cancelled,
            LockError::Io(error) => io_error(error),
            _ => FetchErrorKind::TimedOut { seconds: git.limits().retry.time.as_secs() },
        })
    }

    /// What is known of a repository.
    pub(crate) fn record(&self, repository: &str) -> Result<RepositoryRecord, FetchErrorKind> {
        let bytes = self.0.record(repository).map_err(io_error)?;
        Ok(RepositoryRecord::parse(bytes.as_deref()))
    }

    /// Changes what is known of a repository.
    pub(crate) fn update_record(
        &self,
        repository: &str,
        change: impl FnOnce(&mut RepositoryRecord),
    ) -> Result<(), FetchErrorKind> {
        let update = |bytes: Option<Vec<u8>>| {
            let old = RepositoryRecord::parse(bytes.as_deref());
            let mut new = old.clone();
            change(&mut new);
            Ok(if new == old { None } else { Some(serde_json::to_vec(&new)?) })
        };
        self.0.update_record(repository, update).map_err(io_error)
    }
}

fn key(commit: &CommitSha) -> CacheKey<'_> {
    CacheKey::Commit(commit.as_str())
}

fn io_error(error: io::Error) -> FetchErrorKind {
    FetchErrorKind::Io(format!("the cache: {error}"))
}

/// What is known of a repository. A record that cannot be read is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RepositoryRecord {
    /// The tip of the default branch, and that branch's name.
    #[serde(default)]
    head: Option<(String, Option<String>)>,
    /// The git tags that were resolved, with their commits.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Commits of the repository, the most recently resolved one last.
    #[serde(default)]
    commits: Vec<KnownCommit>,
    /// Objects that tags name, and whether each is a commit, which never changes.
    #[serde(default)]
    objects: BTreeMap<String, bool>,
}

/// A commit, and the fewest digits that it was resolved from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KnownCommit {
    commit: String,
    digits: usize,
}

impl RepositoryRecord {
    fn parse(bytes: Option<&[u8]>) -> Self {
        bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Remembers the commit of a tag, or of the default branch if `asked` is `None`.
    pub(crate) fn remember(&mut self, asked: Option<&str>, commit: &CommitSha, named: &CommitName) {
        let text = commit.to_string();
        let digits = match named {
            CommitName::Commit => asked.map_or(text.len(), str::len),
            CommitName::Head(_) | CommitName::Tag(_) => text.len(),
        };
        match named {
            CommitName::Head(branch) => self.head = Some((text.clone(), branch.clone())),
            CommitName::Tag(tag) => {
                self.tags.insert(tag.clone(), text.clone());
            }
            CommitName::Commit => {}
        }
        if let Some(known) = self.commits.iter_mut().find(|known| known.commit == text) {
            known.digits = known.digits.min(digits);
        } else {
            self.commits.push(KnownCommit { commit: text, digits });
            let surplus = self.commits.len().saturating_sub(MAX_COMMITS);
            self.commits.drain(..surplus);
        }
    }

    /// Whether an object is a commit; `None` if that is unknown.
    pub(crate) fn is_commit(&self, object: &CommitSha) -> Option<bool> {
        self.objects.get(object.as_str()).copied()
    }

    /// Remembers which objects are commits.
    pub(crate) fn remember_kinds(&mut self, kinds: &ObjectKinds) {
        if self.objects.len() + kinds.len() > MAX_COMMITS {
            self.objects.clear();
        }
        self.objects.extend(kinds.iter().take(MAX_COMMITS).map(|(object, is)| (object.to_string(), *is)));
    }

    /// The tip of the default branch when it was last seen.
    pub(crate) fn head(&self) -> Option<(CommitSha, CommitName)> {
        let (commit, branch) = self.head.as_ref()?;
        Some((commit.parse().ok()?, CommitName::Head(branch.clone())))
    }

    /// What a git tag named when it was last seen.
    pub(crate) fn tag(&self, name: &str) -> Option<CommitSha> {
        self.tags.get(name)?.parse().ok()
    }

    /// The commit that these digits, or fewer, were resolved to, unless a git tag has that name.
    pub(crate) fn commit(&self, digits: &str) -> Option<CommitSha> {
        self.unique_commit(digits, |known| digits.len() >= known.digits)
    }

    /// The only cached commit that begins with these digits; the repository may have others.
    pub(crate) fn likely_commit(&self, digits: &str) -> Option<CommitSha> {
        self.unique_commit(digits, |_| true)
    }

    fn unique_commit(&self, digits: &str, is_candidate: impl Fn(&KnownCommit) -> bool) -> Option<CommitSha> {
        let lower = digits.to_ascii_lowercase();
        let mut found =
            self.commits.iter().filter(|known| known.commit.starts_with(&lower) && is_candidate(known));
        match (found.next(), found.next(), self.tags.contains_key(digits)) {
            (Some(known), None, false) => known.commit.parse().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(start: &str) -> CommitSha {
        format!("{start:0<40}").parse().unwrap()
    }

    #[test]
    fn a_commit_is_known_by_its_digits_unless_a_tag_is_called_so() {
        let mut record = RepositoryRecord::default();
        record.remember(Some("abcdef10"), &sha("abcdef1"), &CommitName::Commit);
        record.remember(Some("1234567"), &sha("abcdef2"), &CommitName::Tag("1234567".to_owned()));
        record.remember(Some("1234567"), &sha("1234567"), &CommitName::Commit);
        assert_eq!(record.commit("ABCDEF10"), Some(sha("abcdef1")));
        assert_eq!(record.commit("ABCDEF1"), None, "the repository was not asked for so few digits");
        assert_eq!(record.likely_commit("ABCDEF1"), Some(sha("abcdef1")));
        assert_eq!(record.likely_commit("abcdef"), None);
        assert_eq!(record.commit("1234567"), None);
        assert_eq!(record.tag("1234567"), Some(sha("abcdef2")));
    }

    #[test]
    fn old_commits_are_forgotten() {
        let mut record = RepositoryRecord::default();
        for index in 0..MAX_COMMITS + 5 {
            let digits = format!("{index:07}");
            record.remember(Some(&digits), &sha(&digits), &CommitName::Commit);
        }
        assert_eq!(record.commits.len(), MAX_COMMITS);
        assert_eq!(record.commit("0000000"), None);
        assert!(record.commit("0001000").is_some());
    }
}
