//! Which commit a source URL means.

use start_points::{CommitSha, RepoUrl, Tag};

use super::{Tips, nearest};
use crate::cause::Cause;

/// The commit that a source URL means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The source URL.
    pub url: RepoUrl,
    /// The commit.
    pub commit: CommitSha,
    /// What names it.
    pub named: Named,
    /// What the git tag named when it was last seen, where that was another commit: tags are meant to stay.
    pub moved_from: Option<CommitSha>,
}

/// What names a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The default branch; its name, where the server tells it.
    Head(Option<String>),
    /// A git tag.
    Tag(String),
    /// The commit itself, or its beginning.
    Commit,
}

impl Resolved {
    /// The git tag that the URL names, where it names one and not a commit.
    #[must_use]
    pub fn git_tag(&self) -> Option<&str> {
        match &self.named {
            Named::Tag(name) => Some(name),
            Named::Head(_) | Named::Commit => None,
        }
    }
}

impl Named {
    /// The reference that can be fetched by its name.
    pub(crate) fn reference(&self) -> Option<String> {
        match self {
            Self::Head(_) => Some("HEAD".to_owned()),
            Self::Tag(name) => Some(format!("refs/tags/{name}")),
            Self::Commit => None,
        }
    }
}

/// What references alone say of a tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The commit.
    Yes(CommitSha, Named),
    /// These digits begin no commit that a reference names: perhaps one in the history.
    Perhaps(String),
}

/// Looks for a tag among the references. A git tag wins over a commit that begins so.
pub(crate) fn find(tips: &Tips, tag: &Tag) -> Result<Found, Cause> {
    let Some(name) = tag.name() else {
        let branches = || tips.branches.keys().take(5).cloned().collect();
        let commit = tips.head.clone().ok_or_else(|| Cause::NoTip { branches: branches() })?;
        return Ok(Found::Yes(commit, Named::Head(tips.default_branch.clone())));
    };
    if let Some(commit) = tips.tags.get(name) {
        return Ok(Found::Yes(commit.clone(), Named::Tag(name.to_owned())));
    }
    if let Tag::Named(_) = tag {
        return Err(no_tag(tips, name));
    }
    let digits = name.to_ascii_lowercase();
    let mut begun: Vec<&CommitSha> = tips.commits().filter(|tip| tip.as_str().starts_with(&digits)).collect();
    begun.sort();
    begun.dedup();
    match begun.as_slice() {
        [] => Ok(Found::Perhaps(digits)),
        [commit] => Ok(Found::Yes((*commit).clone(), Named::Commit)),
        _ => Err(Cause::AmbiguousCommit(digits)),
    }
}

/// That a tag is not there, with the nearest that are.
pub(super) fn no_tag(tips: &Tips, name: &str) -> Cause {
    Cause::NoTag { tag: name.to_owned(), nearest: nearest(name, tips.tags.keys().map(String::as_str)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tips() -> Tips {
        let sha = |text: &str| format!("{text:0<40}").parse::<CommitSha>().unwrap();
        Tips {
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

    fn found(tag: &str) -> Result<Found, Cause> {
        find(&tips(), &tag.parse().unwrap())
    }

    #[test]
    fn head_is_the_default_branch_whatever_its_name() {
        let Found::Yes(commit, named) = found("head").unwrap() else { panic!("not found") };
        assert_eq!((commit.sha7(), named), ("abcdef1", Named::Head(Some("trunk".to_owned()))));
    }

    #[test]
    fn a_git_tag_wins_over_a_commit() {
        let Found::Yes(commit, named) = found("1234567").unwrap() else { panic!("not found") };
        assert_eq!((commit.sha7(), named), ("3330000", Named::Tag("1234567".to_owned())));
    }

    #[test]
    fn digits_are_looked_for_among_the_tips_in_either_case() {
        let Found::Yes(commit, named) = found("ABCDEF12").unwrap() else { panic!("not found") };
        assert_eq!((commit.as_str().len(), named), (40, Named::Commit));
        assert_eq!(found("abcdef1"), Err(Cause::AmbiguousCommit("abcdef1".to_owned())));
        assert_eq!(found("deadbee"), Ok(Found::Perhaps("deadbee".to_owned())));
    }

    #[test]
    fn a_missing_tag_names_the_nearest() {
        let error = found("3.7.5").unwrap_err();
        let Cause::NoTag { tag, nearest } = &error else { panic!("{error}") };
        assert_eq!((tag.as_str(), nearest[0].as_str()), ("3.7.5", "3.7.4"));
        assert!(error.hint().unwrap().starts_with("did you mean `3.7.4`"));
    }

    #[test]
    fn an_empty_repository_has_no_tip() {
        let error = find(&Tips::default(), &Tag::Head).unwrap_err();
        assert_eq!(error.hint().unwrap(), "push a commit");
    }
}
