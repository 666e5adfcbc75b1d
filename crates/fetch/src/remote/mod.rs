//! A remote repository: what its references name, and which commit a source URL names.

mod commits;
mod connection;
mod refs;

use start_points::{CommitSha, RepoUrl, Tag, version};

use crate::error::FetchErrorKind;

pub(crate) use self::commits::{KINDS_COMMAND, ObjectKinds, TaggedObject, kinds_input, parse_kinds};
pub(crate) use self::connection::{HTTP_HELPER, REMOTE, RemoteRepository, TempBareRepo};
pub(crate) use self::refs::ReferenceCounter;
pub use self::refs::RemoteRefs;

/// A source URL with the commit that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedUrl {
    /// The source URL.
    pub url: RepoUrl,
    /// The commit.
    pub commit: CommitSha,
    /// What names the commit.
    pub named: CommitName,
    /// The commit that the git tag named when it was last resolved, if it moved since: tags should not move.
    pub moved_from: Option<CommitSha>,
}

/// What names a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitName {
    /// The default branch, with its name if the server sends it.
    Head(Option<String>),
    /// A git tag.
    Tag(String),
    /// The hash of the commit, or its first digits.
    Commit,
}

impl ResolvedUrl {
    /// The git tag that the URL names; `None` if it names a commit or the default branch.
    #[must_use]
    pub fn git_tag(&self) -> Option<&str> {
        match &self.named {
            CommitName::Tag(name) => Some(name),
            CommitName::Head(_) | CommitName::Commit => None,
        }
    }
}

impl CommitName {
    /// The reference to fetch; `None` for a hash.
    pub(crate) fn reference(&self) -> Option<String> {
        match self {
            Self::Head(_) => Some("HEAD".to_owned()),
            Self::Tag(name) => Some(format!("refs/tags/{name}")),
            Self::Commit => None,
        }
    }
}

/// The result of looking a tag up in the references.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RefLookup {
    /// The commit.
    Yes(CommitSha, CommitName),
    /// No reference names a commit with these digits; one in the history may have them.
    Perhaps(String),
}

/// Looks a tag up in the references. A git tag takes precedence over a commit that begins with the same digits.
pub(crate) fn find(refs: &RemoteRefs, tag: &Tag) -> Result<RefLookup, FetchErrorKind> {
    let Some(name) = tag.name() else {
        let branches = || refs.branches.keys().take(5).cloned().collect();
        let commit = refs.head.clone().ok_or_else(|| FetchErrorKind::NoTip { branches: branches() })?;
        return Ok(RefLookup::Yes(commit, CommitName::Head(refs.default_branch.clone())));
    };
    if let Some(commit) = refs.tags.get(name) {
        return Ok(RefLookup::Yes(commit.clone(), CommitName::Tag(name.to_owned())));
    }
    if let Tag::Named(_) = tag {
        return Err(no_tag(refs, name));
    }
    let digits = name.to_ascii_lowercase();
    let mut begun: Vec<&CommitSha> = refs.commits().filter(|tip| tip.as_str().starts_with(&digits)).collect();
    begun.sort();
    begun.dedup();
    match begun.as_slice() {
        [] => Ok(RefLookup::Perhaps(digits)),
        [commit] => Ok(RefLookup::Yes((*commit).clone(), CommitName::Commit)),
        _ => Err(FetchErrorKind::AmbiguousCommit(digits)),
    }
}

/// The error for digits that begin no commit. A few digits may have been meant for a tag.
pub(crate) fn no_commit(refs: &RemoteRefs, digits: &str) -> FetchErrorKind {
    match no_tag(refs, digits) {
        FetchErrorKind::NoTag { nearest, .. } if nearest.is_empty() => {
            FetchErrorKind::NoCommit(digits.to_owned())
        }
        no_tag => no_tag,
    }
}

/// The error for a missing tag, with similar tags.
fn no_tag(refs: &RemoteRefs, name: &str) -> FetchErrorKind {
    FetchErrorKind::NoTag {
        tag: name.to_owned(),
        nearest: nearest(name, refs.tags.keys().map(String::as_str)),
    }
}

/// The most similar tags in a hint.
const MAX_SUGGESTIONS: usize = 3;

/// The most tags that are compared, and the longest.
const MAX_COMPARED: usize = 10_000;
const MAX_LENGTH: usize = 64;

/// The tags most similar to `name`: the smallest edit distance first, then the newest version.
fn nearest<'a>(name: &str, tags: impl Iterator<Item = &'a str>) -> Vec<String> {
    if name.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &str)> = tags
        .filter(|tag| tag.len() <= MAX_LENGTH)
        .take(MAX_COMPARED)
        .map(|tag| (strsim::damerau_levenshtein(plain(name), plain(tag)), tag))
        .filter(|(changes, tag)| *changes <= plain(tag).len().max(plain(name).len()) / 2)
        .collect();
    ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| version::compare(y, x)));
    ranked.into_iter().take(MAX_SUGGESTIONS).map(|(_, tag)| tag.to_owned()).collect()
}

/// A version without a leading `v`.
fn plain(tag: &str) -> &str {
    tag.strip_prefix(['v', 'V']).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs() -> RemoteRefs {
        let sha = |text: &str| format!("{text:0<40}").parse::<CommitSha>().unwrap();
        RemoteRefs {
            head: Some(sha("abcdef1")),
            default_branch: Some("trunk".to_owned()),
            branches: [("trunk", "abcdef1"), ("other", "abcdef12")]
                .map(|(n, s)| (n.to_owned(), sha(s)))
                .into(),
            tags: [("3.7.4", "111"), ("3.7.4-18", "222"), ("1234567", "333")]
                .map(|(n, s)| (n.to_owned(), sha(s)))
                .into(),
        }
    }

    fn found(tag: &str) -> Result<RefLookup, FetchErrorKind> {
        find(&refs(), &tag.parse().unwrap())
    }

    #[test]
    fn head_is_the_default_branch_whatever_its_name() {
        let RefLookup::Yes(commit, named) = found("head").unwrap() else { panic!("not found") };
        assert_eq!((commit.sha7(), named), ("abcdef1", CommitName::Head(Some("trunk".to_owned()))));
    }

    #[test]
    fn a_git_tag_wins_over_a_commit() {
        let RefLookup::Yes(commit, named) = found("1234567").unwrap() else { panic!("not found") };
        assert_eq!((commit.sha7(), named), ("3330000", CommitName::Tag("1234567".to_owned())));
    }

    #[test]
    fn digits_match_tips_in_either_case() {
        let RefLookup::Yes(commit, named) = found("ABCDEF12").unwrap() else { panic!("not found") };
        assert_eq!((commit.as_str().len(), named), (40, CommitName::Commit));
        assert_eq!(found("abcdef1"), Err(FetchErrorKind::AmbiguousCommit("abcdef1".to_owned())));
        assert_eq!(found("deadbee"), Ok(RefLookup::Perhaps("deadbee".to_owned())));
    }

    #[test]
    fn a_missing_tag_suggests_similar_tags() {
        let error = found("3.7.5").unwrap_err();
        let FetchErrorKind::NoTag { tag, nearest } = &error else { panic!("{error}") };
        assert_eq!((tag.as_str(), nearest[0].as_str()), ("3.7.5", "3.7.4"));
        assert!(error.hint().unwrap().starts_with("did you mean `3.7.4`"));
    }

    #[test]
    fn an_empty_repository_has_no_tip() {
        let error = find(&RemoteRefs::default(), &Tag::Head).unwrap_err();
        assert_eq!(error.hint().unwrap(), "push a commit");
    }

    #[test]
    fn the_smallest_edit_distance_comes_first() {
        let tags = ["3.7.4", "3.7.4-18", "v3.7.5", "2.0", "nightly"];
        assert_eq!(nearest("3.7.5", tags.into_iter()), ["v3.7.5", "3.7.4", "3.7.4-18"]);
        assert_eq!(nearest("3.7.4-19", tags.into_iter())[0], "3.7.4-18");
        assert!(nearest("something-else", tags.into_iter()).is_empty());
    }

    #[test]
    fn newer_versions_come_first_at_equal_distance() {
        let tags = ["3.7.4-8", "3.7.4-9", "3.7.4-7"];
        assert_eq!(nearest("3.7.4-5", tags.into_iter()), ["3.7.4-9", "3.7.4-8", "3.7.4-7"]);
    }
}
