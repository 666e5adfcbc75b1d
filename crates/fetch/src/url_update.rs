//! What a source URL could name instead: a later version, a later commit, or the commit of its tag.

use start_points::{CommitSha, Tag, version};

use crate::remote::{CommitName, RemoteRefs, ResolvedUrl};

/// A URL and what is later in its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlUpdate {
    /// The commit that the URL names.
    pub resolved: ResolvedUrl,
    /// What is later.
    pub found: LaterVersions,
    /// The commit of the latest version.
    pub commit: CommitSha,
}

/// What is later than what a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaterVersions {
    /// Nothing. A URL without a tag is always up to date.
    Nothing,
    /// Git tags that are later versions, oldest first.
    Tags(Vec<String>),
    /// The URL names a commit, and the default branch is at another one.
    Tip,
}

impl UrlUpdate {
    /// Compares a URL with the references of its repository.
    pub(crate) fn compare(resolved: ResolvedUrl, refs: &RemoteRefs) -> Self {
        let (found, commit) = compare(&resolved, refs);
        Self { resolved, found, commit }
    }

    /// The git tags that are later versions, oldest first.
    pub(crate) fn tags(&self) -> &[String] {
        match &self.found {
            LaterVersions::Tags(tags) => tags,
            LaterVersions::Nothing | LaterVersions::Tip => &[],
        }
    }

    /// The tag to use instead: the latest, or its commit with `pin`; `None` if the URL has it already.
    #[must_use]
    pub fn tag(&self, pin: bool) -> Option<Tag> {
        let tag = match &self.found {
            _ if pin => self.commit.sha7().parse().ok()?,
            LaterVersions::Nothing => return None,
            LaterVersions::Tags(tags) => tags.last()?.parse().ok()?,
            LaterVersions::Tip => self.commit.sha7().parse().ok()?,
        };
        let is_current = match (self.resolved.url.tag(), &self.resolved.named) {
            // More than seven digits may name the same commit.
            (Tag::Commit(digits), CommitName::Commit) => {
                self.commit.as_str().starts_with(&digits.to_lowercase())
            }
            (other, _) => *other == tag,
        };
        (!is_current).then_some(tag)
    }
}

fn compare(resolved: &ResolvedUrl, refs: &RemoteRefs) -> (LaterVersions, CommitSha) {
    match &resolved.named {
        CommitName::Head(_) => (LaterVersions::Nothing, resolved.commit.clone()),
        CommitName::Tag(tag) => {
            let tags = version::newer(tag, refs.tags.keys().map(String::as_str));
            match tags.last().and_then(|latest| refs.tags.get(*latest)) {
                Some(commit) => {
                    (LaterVersions::Tags(tags.into_iter().map(str::to_owned).collect()), commit.clone())
                }
                None => (LaterVersions::Nothing, resolved.commit.clone()),
            }
        }
        CommitName::Commit => match &refs.head {
            Some(tip) if *tip != resolved.commit => (LaterVersions::Tip, tip.clone()),
            _ => (LaterVersions::Nothing, resolved.commit.clone()),
        },
    }
}
