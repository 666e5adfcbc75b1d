//! Which of the forms a source is written in, by git's own rules.

use super::error::{RepoUrlError, RepoUrlErrorKind, shortened};
use super::piece::Piece;
use super::scheme::Scheme;

/// The form of a source, told from its beginning.
pub(super) enum Form<'a> {
    /// `scheme://`, and what follows that.
    Url(Scheme, Piece<'a>),
    /// `[user@]host:path`
    Scp,
    /// A path on this machine.
    Local,
}

/// Tells the form of `text`.
///
/// # Errors
///
/// A form that is not offered, or that different programs would read differently.
pub(super) fn classify(text: Piece<'_>) -> Result<Form<'_>, RepoUrlError> {
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

/// `name://`: the name, and what follows.
pub(super) fn written_scheme(text: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let (name, rest) = text.split_once("://")?;
    let ends_a_name = |c: char| matches!(c, '/' | '?' | '#' | '@' | ':' | '[') || c.is_whitespace();
    (!name.is_empty() && !name.text().contains(ends_a_name)).then_some((name, rest))
}

/// `name::`, with which git would run the program `git-remote-name`.
pub(super) fn transport_helper(text: Piece<'_>) -> Option<Piece<'_>> {
    let (name, _) = text.split_once("::")?;
    let may_be_named = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    (!name.is_empty() && name.text().bytes().all(may_be_named)).then_some(name)
}

/// What stands before the colon that makes `text` an scp-style URL: one before any `/`, and not inside `[]`.
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

fn check_scp(head: Piece<'_>, before: &str) -> Result<(), RepoUrlError> {
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

fn unsupported(name: Piece<'_>, ending: &str) -> RepoUrlError {
    let shown = format!("{}{ending}", shortened(&name.text().to_ascii_lowercase()));
    RepoUrlError::new(RepoUrlErrorKind::UnsupportedScheme(shown), name.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        match classify(Piece::new(text)) {
            Ok(Form::Url(scheme, _)) => scheme.to_string(),
            Ok(Form::Scp) => "scp".to_owned(),
            Ok(Form::Local) => "local".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tells_each_form() {
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
    fn refuses_what_two_programs_would_read_differently() {
        assert!(form("C:/x").contains("drive"));
        assert!(form("c:\\x").contains("drive"));
        assert_eq!(form("https:/h/x"), "`https:` is not followed by `//`");
        assert!(form("3.7.4@https://h/x").contains("not a commit"));
        assert!(form("-oProxyCommand=x").contains("begins with `-`"));
    }
}
