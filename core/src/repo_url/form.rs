//! Which form a source URL is written in, by git's own rules (<https://git-scm.com/docs/git-clone#_git_urls>), and the
//! legacy `<commit>@` before it.

use std::fmt;

use super::error::{RepoUrlError, RepoUrlErrorKind, shortened};
use super::spanned_str::SpannedStr;
use super::tag::is_commit;

/// How a source URL reaches its repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `https://host/path`
    Https,
    /// `http://host/path`
    Http,
    /// `ssh://[user@]host[:port]/path`
    Ssh,
    /// `[user@]host:path`, which git runs over ssh
    Scp,
    /// `file:///absolute/path`
    File,
    /// A path on this machine: absolute, relative, or `.`
    Local,
}

impl Scheme {
    /// The schemes that are written `name://`.
    const WRITTEN: [Self; 4] = [Self::Https, Self::Http, Self::Ssh, Self::File];

    /// The name in lower case: the part before `://`, or `scp` or `local`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Scp => "scp",
            Self::File => "file",
            Self::Local => "local",
        }
    }

    /// The scheme written `name://`, in either case.
    pub(super) fn written(name: &str) -> Option<Self> {
        Self::WRITTEN.into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
    }

    /// The port that goes without saying.
    pub(super) const fn default_port(self) -> Option<u16> {
        match self {
            Self::Https => Some(443),
            Self::Http => Some(80),
            Self::Ssh | Self::Scp => Some(22),
            Self::File | Self::Local => None,
        }
    }

    /// Whether the user part of the URL is an account on an ssh server, and so no secret.
    pub(super) const fn is_ssh(self) -> bool {
        matches!(self, Self::Ssh | Self::Scp)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The form of a source URL, known from its beginning.
pub(super) enum Form<'a> {
    /// `scheme://`, and the rest.
    Url(Scheme, SpannedStr<'a>),
    /// `[user@]host:path`
    Scp,
    /// A path on this machine.
    Local,
}

/// The form of `text`.
///
/// # Errors
///
/// A form that is not offered, or that different programs would read differently.
pub(super) fn classify(text: SpannedStr<'_>) -> Result<Form<'_>, RepoUrlError> {
    if text.text().starts_with('-') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, text.span_of(0, 1)));
    }
    if let Some((name, rest)) = written_scheme(text) {
        return match Scheme::written(name.text()) {
            Some(scheme) => Ok(Form::Url(scheme, rest)),
            None => Err(unsupported(name, "://")),
        };
    }
    if let Some(name) = transport_helper(text) {
        return Err(unsupported(name, "::"));
    }
    let (head, _) = text.split_at(text.text().find('?').unwrap_or(text.text().len()));
    match before_scp_colon(head.text()) {
        None => Ok(Form::Local),
        Some(before) => check_scp(head, before).map(|()| Form::Scp),
    }
}

/// `name://`: the name, and the rest.
pub(super) fn written_scheme(text: SpannedStr<'_>) -> Option<(SpannedStr<'_>, SpannedStr<'_>)> {
    let (name, rest) = text.split_once("://")?;
    let ends_a_name = |c: char| matches!(c, '/' | '?' | '#' | '@' | ':' | '[') || c.is_whitespace();
    (!name.is_empty() && !name.text().contains(ends_a_name)).then_some((name, rest))
}

/// `name::`, for which git would run the program `git-remote-name`: <https://git-scm.com/docs/gitremote-helpers>.
pub(super) fn transport_helper(text: SpannedStr<'_>) -> Option<SpannedStr<'_>> {
    let (name, _) = text.split_once("::")?;
    let may_be_named = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    (!name.is_empty() && name.text().bytes().all(may_be_named)).then_some(name)
}

/// The part before the colon that makes `text` an scp-style URL: one before any `/`, and not inside `[]`.
pub(super) fn before_scp_colon(text: &str) -> Option<&str> {
    let first_part = text.split('/').next().unwrap_or_default();
    let bracket = match first_part.find('[') {
        Some(at) if at == 0 || first_part.as_bytes().get(at - 1) == Some(&b'@') => {
            first_part.find(']').unwrap_or(0)
        }
        _ => 0,
    };
    let colon = bracket + first_part.get(bracket..)?.find(':')?;
    text.get(..colon)
}

fn check_scp(head: SpannedStr<'_>, before: &str) -> Result<(), RepoUrlError> {
    let (before, after) = head.split_at(before.len());
    let is_drive = matches!(before.text().as_bytes(), [letter] if letter.is_ascii_alphabetic());
    if is_drive && (after.text().starts_with(":/") || after.text().starts_with(":\\")) {
        let span = head.span_of(0, 2);
        return Err(RepoUrlError::new(RepoUrlErrorKind::DrivePath, span));
    }
    if let Some(scheme) = Scheme::written(before.text()) {
        let kind = RepoUrlErrorKind::MissingSlashes(scheme.as_str());
        return Err(RepoUrlError::new(kind, head.span_of(0, before.text().len() + 1)));
    }
    if let Some((commit, _)) = before.rsplit_once("@")
        && after.text().starts_with("://")
    {
        return Err(RepoUrlError::new(RepoUrlErrorKind::NotACommit, commit.span()));
    }
    Ok(())
}

fn unsupported(name: SpannedStr<'_>, ending: &str) -> RepoUrlError {
    let shown = format!("{}{ending}", shortened(&name.text().to_ascii_lowercase()));
    RepoUrlError::new(RepoUrlErrorKind::UnsupportedScheme(shown), name.span())
}

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
pub(super) fn split_legacy_commit(
    text: SpannedStr<'_>,
) -> Result<(Option<SpannedStr<'_>>, SpannedStr<'_>), RepoUrlError> {
    let Some((commit, rest)) = split_commit(text) else { return Ok((None, text)) };
    match split_commit(rest) {
        Some((second, _)) => Err(RepoUrlError::new(RepoUrlErrorKind::TwoCommits, second.span())),
        None => Ok((Some(commit), rest)),
    }
}

fn split_commit(text: SpannedStr<'_>) -> Option<(SpannedStr<'_>, SpannedStr<'_>)> {
    let (commit, rest) = text.split_once("@")?;
    (is_commit(commit.text()) && is_complete(rest)).then_some((commit, rest))
}

fn is_complete(source: SpannedStr<'_>) -> bool {
    let text = source.text();
    let path = text.split('?').next().unwrap_or_default();
    let has_own_user = |before_colon: &str| before_colon.contains('@');
    matches!(path, "." | "..")
        || ["/", "./", "../", "~"].iter().any(|start| text.starts_with(start))
        || written_scheme(source).is_some()
        || transport_helper(source).is_some()
        || before_scp_colon(path).is_some_and(has_own_user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        match classify(SpannedStr::new(text)) {
            Ok(Form::Url(scheme, _)) => scheme.to_string(),
            Ok(Form::Scp) => "scp".to_owned(),
            Ok(Form::Local) => "local".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn recognizes_each_form() {
        for (text, expected) in [
            ("https://h/x", "https"),
            ("HTTP://h/x", "http"),
            ("ssh://u@h/x", "ssh"),
            ("file:///x", "file"),
            ("git@host:org/repo.git", "scp"),
            ("host:repo", "scp"),
            ("[::1]:repo", "scp"),
            ("git@[::1]:repo", "scp"),
            (".", "local"),
            ("/abs/a:b", "local"),
            ("./a:b", "local"),
            ("./ext::sh", "local"),
            ("a[1]", "local"),
            ("repo?tag=a:b", "local"),
        ] {
            assert_eq!(form(text), expected, "{text}");
        }
    }

    #[test]
    fn names_the_scheme_that_is_not_supported() {
        for (text, name) in [
            ("ftp://u:pw@h/x", "ftp://"),
            ("git://h/x", "git://"),
            ("git+ssh://h/x", "git+ssh://"),
            ("ext::sh -c id", "ext::"),
            ("foo::https://h/x", "foo::"),
            ("a_b://h/x", "a_b://"),
        ] {
            assert_eq!(form(text), format!("the scheme `{name}` is not supported"));
        }
    }

    #[test]
    fn rejects_what_two_programs_would_read_differently() {
        assert!(form("C:/x").contains("drive"));
        assert!(form("c:\\x").contains("drive"));
        assert_eq!(form("https:/h/x"), "`https:` is not followed by `//`");
        assert!(form("3.7.4@https://h/x").contains("not a commit"));
        assert!(form("-oProxyCommand=x").contains("begins with `-`"));
    }

    fn commit(text: &str) -> Option<&str> {
        split_legacy_commit(SpannedStr::new(text)).unwrap().0.map(SpannedStr::text)
    }

    #[test]
    fn a_commit_comes_before_a_complete_source() {
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
    fn a_user_or_a_path_is_not_a_commit() {
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
    fn two_commits_are_rejected() {
        let error = split_legacy_commit(SpannedStr::new("384f486@4edf92a@https://h/x")).err().unwrap();
        assert_eq!(error.kind(), &RepoUrlErrorKind::TwoCommits);
        assert_eq!((error.span().start, error.span().end), (8, 15));
    }
}
