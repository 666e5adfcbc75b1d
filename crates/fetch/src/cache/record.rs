//! What a repository's names meant when they were last asked for.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use start_points::CommitSha;
use start_points_io::quick_file;

use super::lock::Lock;
use super::read_if_there;
use crate::remote::{Kinds, Named};

/// Another number where older records must not be trusted.
pub(super) const FOLDER: &str = "repositories-1";

/// The most commits of a repository that are remembered.
const MOST: usize = 1_000;

/// What is known of a repository. A record that cannot be read is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The tip of the default branch, and that branch's name.
    #[serde(default)]
    head: Option<(String, Option<String>)>,
    /// Git tags that were asked for.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Commits that the repository is known to hold, the last one asked for last.
    #[serde(default)]
    commits: Vec<Known>,
    /// Objects that tags name; whether each is a commit, which never changes.
    #[serde(default)]
    objects: BTreeMap<String, bool>,
}

/// A commit, and with how few of its digits the repository was asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    commit: String,
    digits: usize,
}

impl Record {
    pub(super) fn read(cache: &Path, key: &str) -> io::Result<Self> {
        let bytes = read_if_there(&path(cache, key))?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
    }

    pub(super) fn update(cache: &Path, key: &str, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        let _lock = Lock::take(cache, key)?;
        let old = Self::read(cache, key)?;
        let mut new = old.clone();
        change(&mut new);
        if new == old {
            return Ok(());
        }
        quick_file(&path(cache, key), &serde_json::to_vec(&new)?)
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Remembers what a tag, or nothing for the default branch, turned out to name.
    pub(crate) fn remember(&mut self, asked: Option<&str>, commit: &CommitSha, named: &Named) {
        let text = commit.to_string();
        let digits = match named {
            Named::Commit => asked.map_or(text.len(), str::len),
            Named::Head(_) | Named::Tag(_) => text.len(),
        };
        match named {
            Named::Head(branch) => self.head = Some((text.clone(), branch.clone())),
            Named::Tag(tag) => {
                self.tags.insert(tag.clone(), text.clone());
            }
            Named::Commit => {}
        }
        if let Some(known) = self.commits.iter_mut().find(|known| known.commit == text) {
            known.digits = known.digits.min(digits);
        } else {
            self.commits.push(Known { commit: text, digits });
            let surplus = self.commits.len().saturating_sub(MOST);
            self.commits.drain(..surplus);
        }
    }

    /// Whether an object is known to be a commit, or to be none.
    pub(crate) fn is_commit(&self, object: &CommitSha) -> Option<bool> {
        self.objects.get(object.as_str()).copied()
    }

    /// Remembers which objects are commits.
    pub(crate) fn remember_kinds(&mut self, kinds: &Kinds) {
        if self.objects.len() + kinds.len() > MOST {
            self.objects.clear();
        }
        self.objects.extend(kinds.iter().take(MOST).map(|(object, is)| (object.to_string(), *is)));
    }

    /// The tip of the default branch when it was last seen.
    pub(crate) fn head(&self) -> Option<(CommitSha, Named)> {
        let (commit, branch) = self.head.as_ref()?;
        Some((commit.parse().ok()?, Named::Head(branch.clone())))
    }

    /// What a git tag named when it was last seen.
    pub(crate) fn tag(&self, name: &str) -> Option<CommitSha> {
        self.tags.get(name)?.parse().ok()
    }

    /// The commit that the repository gave for these digits, or fewer, unless a git tag is called so.
    pub(crate) fn commit(&self, digits: &str) -> Option<CommitSha> {
        self.begun(digits, |known| digits.len() >= known.digits)
    }

    /// The one known commit that these digits begin: the repository may hold others that do.
    pub(crate) fn likely_commit(&self, digits: &str) -> Option<CommitSha> {
        self.begun(digits, |_| true)
    }

    fn begun(&self, digits: &str, also: impl Fn(&Known) -> bool) -> Option<CommitSha> {
        let lower = digits.to_ascii_lowercase();
        let mut begun = self.commits.iter().filter(|known| known.commit.starts_with(&lower) && also(known));
        match (begun.next(), begun.next(), self.tags.contains_key(digits)) {
            (Some(known), None, false) => known.commit.parse().ok(),
            _ => None,
        }
    }
}

fn path(cache: &Path, key: &str) -> PathBuf {
    cache.join(FOLDER).join(format!("{key}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(start: &str) -> CommitSha {
        format!("{start:0<40}").parse().unwrap()
    }

    #[test]
    fn a_commit_is_known_by_its_digits_unless_a_tag_is_called_so() {
        let mut record = Record::default();
        record.remember(Some("abcdef10"), &sha("abcdef1"), &Named::Commit);
        record.remember(Some("1234567"), &sha("abcdef2"), &Named::Tag("1234567".to_owned()));
        record.remember(Some("1234567"), &sha("1234567"), &Named::Commit);
        assert_eq!(record.commit("ABCDEF10"), Some(sha("abcdef1")));
        assert_eq!(record.commit("ABCDEF1"), None, "the repository was not asked for so few digits");
        assert_eq!(record.likely_commit("ABCDEF1"), Some(sha("abcdef1")));
        assert_eq!(record.likely_commit("abcdef"), None);
        assert_eq!(record.commit("1234567"), None);
        assert_eq!(record.tag("1234567"), Some(sha("abcdef2")));
    }

    #[test]
    fn old_commits_are_forgotten() {
        let mut record = Record::default();
        for index in 0..MOST + 5 {
            let digits = format!("{index:07}");
            record.remember(Some(&digits), &sha(&digits), &Named::Commit);
        }
        assert_eq!(record.commits.len(), MOST);
        assert_eq!(record.commit("0000000"), None);
        assert!(record.commit("0001000").is_some());
    }
}
