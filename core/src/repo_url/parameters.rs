//! The part after `?`: where it begins, and what it says.

use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::piece::Piece;
use super::tag::Tag;

/// A text cut into its repository and the parameters after `?`, if any.
pub(super) type Split<'a> = (Piece<'a>, Option<Piece<'a>>);

/// In a remote URL the first `?` begins the parameters.
pub(super) fn split_remote(text: Piece<'_>) -> Split<'_> {
    match text.split_once("?") {
        Some((repo, parameters)) => (repo, Some(parameters)),
        None => (text, None),
    }
}

/// In a local path the last `?` begins the parameters, and only when what follows looks like some.
pub(super) fn split_local(text: Piece<'_>) -> Split<'_> {
    match text.rsplit_once("?") {
        Some((repo, parameters)) if is_assignment(parameters.text()) => (repo, Some(parameters)),
        _ => (text, None),
    }
}

/// Whether this local path would lose its end to the parameters, unless some others follow it.
pub(super) fn needs_explicit_tag(path: &str) -> bool {
    split_local(Piece::new(path)).1.is_some()
}

/// `letters=…`, or a bare `tag`.
fn is_assignment(text: &str) -> bool {
    let name = text.split('&').next().unwrap_or_default();
    match name.split_once('=') {
        Some((name, _)) => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()),
        None => name == "tag",
    }
}

/// The tag that `parameters` name.
pub(super) fn read(parameters: Piece<'_>) -> Result<Tag, RepoUrlError> {
    let mut found = None;
    for parameter in parameters.split('&') {
        if parameter.is_empty() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::EmptyParameter, parameter.span()));
        }
        let (name, value) = match parameter.split_once("=") {
            Some((name, value)) => (name, Some(value)),
            None => (parameter, None),
        };
        if name.text() != "tag" {
            let kind = RepoUrlErrorKind::UnknownParameter(plain_word(name.text()));
            return Err(RepoUrlError::new(kind, name.span()));
        }
        if found.is_some() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::RepeatedParameter, parameter.span()));
        }
        let Some(value) = value else {
            return Err(RepoUrlError::new(RepoUrlErrorKind::MissingValue, parameter.span()));
        };
        found = Some(Tag::read(value)?);
    }
    Ok(found.unwrap_or(Tag::Head))
}

/// Only a plain word is worth repeating: anything else may be the rest of a password with a `?` in it.
fn plain_word(name: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (!name.is_empty() && name.len() <= 32 && name.bytes().all(is_plain)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_path_keeps_a_question_mark_that_begins_no_parameter() {
        for (text, path) in [
            ("./what?", "./what?"),
            ("./a?b", "./a?b"),
            ("./a?=b", "./a?=b"),
            ("./a?b2=c", "./a?b2=c"),
            ("./a?tag=1", "./a"),
            ("./a?tag", "./a"),
            ("./a?tga=1", "./a"),
            ("./a?tag=1?tag=2", "./a?tag=1"),
        ] {
            assert_eq!(split_local(Piece::new(text)).0.text(), path, "{text}");
        }
    }

    #[test]
    fn only_a_plain_word_is_repeated() {
        assert_eq!(plain_word("tga").as_deref(), Some("tga"));
        assert_eq!(plain_word("rd@host/x"), None);
        assert_eq!(plain_word(""), None);
    }
}
