//! What a list could name instead: later versions, later commits, and the commits that tags stand for.

use start_points::{CommitSha, RepoUrl, Tag};

use crate::error::FetchError;
use crate::fetcher::Fetcher;
use crate::progress::Watch;
use crate::remote::{Named, Resolved, Tips};
use start_points::version;

/// A URL beside what its repository offers now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// The commit that the URL means, and what names it.
    pub resolved: Resolved,
    /// What is later than that.
    pub found: Found,
    /// The commit of the latest.
    pub commit: CommitSha,
}

/// What is later than what a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing. A URL without a tag is never behind.
    Nothing,
    /// Git tags that are later versions, oldest first.
    Tags(Vec<String>),
    /// The URL names a commit, and the default branch has gone on.
    Tip,
}

impl Newer {
    /// What is later among these tips.
    pub(crate) fn compare(resolved: Resolved, tips: &Tips) -> Self {
        let (found, commit) = compare(&resolved, tips);
        Self { resolved, found, commit }
    }

    /// The git tags that are later versions, oldest first.
    pub(crate) fn tags(&self) -> &[String] {
        match &self.found {
            Found::Tags(tags) => tags,
            Found::Nothing | Found::Tip => &[],
        }
    }

    /// The tag to write instead: the latest, or with `pin` its commit; `None` where the URL says that already.
    #[must_use]
    pub fn tag(&self, pin: bool) -> Option<Tag> {
        let tag = match &self.found {
            _ if pin => self.commit.sha7().parse().ok()?,
            Found::Nothing => return None,
            Found::Tags(tags) => tags.last()?.parse().ok()?,
            Found::Tip => self.commit.sha7().parse().ok()?,
        };
        let says_it = match (self.resolved.url.tag(), &self.resolved.named) {
            // More digits than seven name the same commit as well.
            (Tag::Commit(digits), Named::Commit) => self.commit.as_str().starts_with(&digits.to_lowercase()),
            (other, _) => *other == tag,
        };
        (!says_it).then_some(tag)
    }
}

/// Asks every URL's repository, once, and compares; in the order of the URLs.
#[must_use]
pub fn newer(fetcher: &Fetcher, urls: &[RepoUrl], watch: Watch<'_>) -> Vec<Result<Newer, FetchError>> {
    fetcher.newer_all(urls, watch)
}

fn compare(resolved: &Resolved, tips: &Tips) -> (Found, CommitSha) {
    match &resolved.named {
        Named::Head(_) => (Found::Nothing, resolved.commit.clone()),
        Named::Tag(tag) => {
            let tags = version::newer(tag, tips.tags.keys().map(String::as_str));
            match tags.last().and_then(|latest| tips.tags.get(*latest)) {
                Some(commit) => (Found::Tags(tags.into_iter().map(str::to_owned).collect()), commit.clone()),
                None => (Found::Nothing, resolved.commit.clone()),
            }
        }
        Named::Commit => match &tips.head {
            Some(tip) if *tip != resolved.commit => (Found::Tip, tip.clone()),
            _ => (Found::Nothing, resolved.commit.clone()),
        },
    }
}
