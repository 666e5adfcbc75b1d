//! The older spelling of a tag, `<commit>@<url>`, told apart from a user before an `@`.

use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::form;
use super::piece::Piece;
use super::tag::is_commit;

/// Takes the commit of the older spelling off the front, where there is one.
///
/// `deadbee@host:org/repo` is also how a user called `deadbee` is written. So 7 to 40 hex digits and an `@`
/// are a commit only when a complete source follows: something with `scheme://`, an scp-style URL that has a
/// user of its own, or a path beginning with `/`, `./`, `../` or `~` (or that is `.` or `..`). All else stays
/// a user, or the beginning of a relative path.
///
/// # Errors
///
/// Two commits, one after the other.
pub(super) fn split(text: Piece<'_>) -> Result<(Option<Piece<'_>>, Piece<'_>), RepoUrlError> {
    let Some((commit, rest)) = split_one(text) else { return Ok((None, text)) };
    match split_one(rest) {
        Some((second, _)) => Err(RepoUrlError::new(RepoUrlErrorKind::TwoCommits, second.span())),
        None => Ok((Some(commit), rest)),
    }
}

fn split_one(text: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let (commit, rest) = text.split_once("@")?;
    (is_commit(commit.text()) && is_complete(rest)).then_some((commit, rest))
}

fn is_complete(source: Piece<'_>) -> bool {
    let text = source.text();
    let path = text.split('?').next().unwrap_or_default();
    let has_own_user = |before_colon: &str| before_colon.contains('@');
    matches!(path, "." | "..")
        || ["/", "./", "../", "~"].iter().any(|start| text.starts_with(start))
        || form::written_scheme(source).is_some()
        || form::transport_helper(source).is_some()
        || form::before_scp_colon(path).is_some_and(has_own_user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(text: &str) -> Option<&str> {
        split(Piece::new(text)).unwrap().0.map(Piece::text)
    }

    #[test]
    fn a_commit_stands_before_a_complete_source() {
        for text in [
            "384f486@https://github.com/cyber-dojo-start-points/java-junit",
            "384f486@ssh://u@host/x",
            "384f486@file:///a",
            "384f486@git@host:org/repo.git",
            "384f486@git@[::1]:org/repo.git",
            "384f486@deadbee@host:org/repo",
            "384f486@/abs",
            "384f486@./rel",
            "384f486@../rel",
            "384f486@~/rel",
            "384f486@.",
            "384f486@..?tag=1",
            "384f486@ext::sh -c x",
        ] {
            assert_eq!(commit(text), Some("384f486"), "{text}");
        }
        let long = "a".repeat(40);
        assert_eq!(commit(&format!("{long}@https://h/x")), Some(long.as_str()));
    }

    #[test]
    fn a_user_or_a_path_is_no_commit() {
        for text in [
            "ssh://u@host/x",
            "git@host:org/repo.git",
            "https://user:pw@host/x",
            "deadbee@host:org/repo",
            "deadbee@[::1]:org/repo",
            "384f486@rel/path",
            "abcdef@https://h/x",
            "./384f486@https://h/x",
            &format!("{}@https://h/x", "a".repeat(41)),
        ] {
            assert_eq!(commit(text), None, "{text}");
        }
    }

    #[test]
    fn two_commits_are_refused() {
        let error = split(Piece::new("384f486@4edf92a@https://h/x")).err().unwrap();
        assert_eq!(error.kind(), &RepoUrlErrorKind::TwoCommits);
        assert_eq!((error.span().start, error.span().end), (8, 15));
    }
}
