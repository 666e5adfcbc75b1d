//! Which commit of a repository is meant, and the parameters that say so.

use std::fmt;
use std::str::FromStr;

use super::error::{MAX_BYTES, RepoUrlError, RepoUrlErrorKind, TagFault, shortened};
use super::spanned_str::{SpannedStr, percent_decoded, percent_sequences};
use crate::span::{Span, find};

/// The commit that a source URL asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// The tip of the default branch: no tag at all, `latest` or `head`.
    Head,
    /// 7 to 40 hex digits as written: a commit, or its beginning.
    ///
    /// It may also name a git tag, and a git tag of that name wins: a resolver asks for the tag first.
    Commit(String),
    /// Any other name that a git tag may have.
    Named(String),
}

impl Tag {
    /// The tag as written, nothing for [`Tag::Head`].
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Head => None,
            Self::Commit(name) | Self::Named(name) => Some(name),
        }
    }

    /// Reads the value of `?tag=` literally: `%` and `+` have no special meaning.
    ///
    /// Beyond git's own rules it rejects what is certainly a mistake or cannot be written in a URL: `HEAD` and `@`,
    /// a leading `-`, `&`, `#`, whitespace and control characters of any kind, and `%XX` (a tag whose name
    /// really has `%` and two hex digits is out of reach, an encoded `/` is the likelier reason).
    pub(super) fn read(value: SpannedStr<'_>) -> Result<Self, RepoUrlError> {
        let refuse = |fault, span| {
            let tag = shortened(value.text());
            Err(RepoUrlError::new(RepoUrlErrorKind::Tag { tag, fault }, span))
        };
        let text = value.text();
        match text {
            "" => return Err(RepoUrlError::new(RepoUrlErrorKind::EmptyTag, value.span())),
            "latest" | "head" => return Ok(Self::Head),
            "HEAD" | "@" => return refuse(TagFault::MeansHead, value.span()),
            _ => {}
        }
        if let Some((c, span)) = value.find(char::is_control) {
            return Err(RepoUrlError::new(RepoUrlErrorKind::ControlCharacter(c), span));
        }
        if let Some(at) = text.find('#') {
            let span = value.split_at(at).1.span();
            return Err(RepoUrlError::new(RepoUrlErrorKind::Fragment, span));
        }
        if text.starts_with('-') {
            return refuse(TagFault::LeadingDash, value.span_of(0, 1));
        }
        if let Some((at, _)) = percent_sequences(text).next() {
            let plain = percent_decoded(text).filter(|plain| Self::from_str(plain).is_ok());
            return refuse(TagFault::PercentEncoded(plain), value.span_of(at, at + 3));
        }
        if let Some((c, span)) = value.find(|c| c == '&' || c.is_whitespace()) {
            return refuse(TagFault::Character(c), span);
        }
        if let Err((fault, span)) = check_ref_format(value) {
            return refuse(fault, span);
        }
        let name = text.to_owned();
        Ok(if is_commit(text) { Self::Commit(name) } else { Self::Named(name) })
    }
}

/// Whether `text` can be a commit or its beginning: 7 to 40 hex digits.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl FromStr for Tag {
    type Err = RepoUrlError;

    /// Reads what may follow `?tag=`.
    ///
    /// # Errors
    ///
    /// What [`RepoUrl`](super::RepoUrl) rejects in a tag; the span is into `text`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_BYTES {
            let kind = RepoUrlErrorKind::TooLong { bytes: text.len(), limit: MAX_BYTES };
            return Err(RepoUrlError::new(kind, Span::new(0, text.len())));
        }
        Self::read(SpannedStr::new(text))
    }
}

impl fmt::Display for Tag {
    /// The tag as it may follow `?tag=`, so `head` for [`Tag::Head`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or("head"))
    }
}

/// Checks that git accepts `refs/tags/<tag>`, as `git check-ref-format` does:
/// <https://git-scm.com/docs/git-check-ref-format>.
///
/// # Errors
///
/// The first rule that is broken, and where.
fn check_ref_format(tag: SpannedStr<'_>) -> Result<(), (TagFault, Span)> {
    if let Some((c, span)) = tag.find(is_forbidden) {
        return Err((TagFault::Character(c), span));
    }
    for (sequence, fault) in [("..", TagFault::TwoDots), ("@{", TagFault::AtBrace)] {
        if let Some(at) = find(tag.text(), sequence) {
            return Err((fault, tag.span_of(at, at + sequence.len())));
        }
    }
    for part in tag.split('/') {
        let text = part.text();
        if text.is_empty() {
            return Err((TagFault::EmptyPart, part.span()));
        }
        if text.starts_with('.') {
            return Err((TagFault::DotFirst, part.span_of(0, 1)));
        }
        if text.ends_with(".lock") {
            return Err((TagFault::LockLast, part.span_of(text.len() - ".lock".len(), text.len())));
        }
    }
    if tag.text().ends_with('.') {
        return Err((TagFault::DotLast, tag.span_of(tag.text().len() - 1, tag.text().len())));
    }
    Ok(())
}

/// git looks at bytes: anything beyond ASCII is welcome there.
fn is_forbidden(c: char) -> bool {
    c.is_ascii_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
}

/// A text cut into its repository and the parameters after `?`, if any.
pub(super) type RepoAndParameters<'a> = (SpannedStr<'a>, Option<SpannedStr<'a>>);

/// In a remote URL the first `?` begins the parameters.
pub(super) fn split_remote(text: SpannedStr<'_>) -> RepoAndParameters<'_> {
    match text.split_once("?") {
        Some((repo, parameters)) => (repo, Some(parameters)),
        None => (text, None),
    }
}

/// In a local path the last `?` begins the parameters, and only when the rest looks like parameters.
pub(super) fn split_local(text: SpannedStr<'_>) -> RepoAndParameters<'_> {
    match text.rsplit_once("?") {
        Some((repo, parameters)) if is_assignment(parameters.text()) => (repo, Some(parameters)),
        _ => (text, None),
    }
}

/// Whether this local path would lose its end to the parameters, unless some others follow it.
pub(super) fn needs_explicit_tag(path: &str) -> bool {
    split_local(SpannedStr::new(path)).1.is_some()
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
pub(super) fn read_parameters(parameters: SpannedStr<'_>) -> Result<Tag, RepoUrlError> {
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

    fn tag(text: &str) -> Tag {
        text.parse().unwrap()
    }

    fn fault(text: &str) -> RepoUrlErrorKind {
        text.parse::<Tag>().unwrap_err().kind().clone()
    }

    #[test]
    fn latest_and_head_are_the_tip() {
        assert_eq!(tag("latest"), Tag::Head);
        assert_eq!(tag("head"), Tag::Head);
        assert_eq!(tag("latest").to_string(), "head");
        assert_eq!(tag("Latest"), Tag::Named("Latest".to_owned()));
    }

    #[test]
    fn seven_to_forty_hex_may_be_a_commit() {
        for text in ["4edf92a", "384F486", &"a".repeat(40)] {
            assert_eq!(tag(text), Tag::Commit(text.to_owned()));
        }
        for text in ["4edf92", "4edf92g", &"a".repeat(41), "3.7.4", "3.7.4-18"] {
            assert_eq!(tag(text), Tag::Named(text.to_owned()));
        }
    }

    #[test]
    fn gits_names_for_the_current_commit_are_rejected_with_the_right_spelling() {
        for text in ["HEAD", "@"] {
            let error = text.parse::<Tag>().unwrap_err();
            assert!(error.hint().unwrap().contains("`?tag=head`"));
        }
    }

    #[test]
    fn percent_encoding_is_rejected_and_decoded_in_the_hint() {
        let error = "rel%2F1".parse::<Tag>().unwrap_err();
        assert_eq!(error.span(), Span::new(3, 6));
        assert_eq!(error.hint().unwrap(), "a tag is not percent-decoded: write `rel/1`");
        let error = "a%20b".parse::<Tag>().unwrap_err();
        assert_eq!(error.hint().unwrap(), "a tag is not percent-decoded: write it as it is");
        assert_eq!(tag("100%"), Tag::Named("100%".to_owned()));
        assert_eq!(tag("1.0+b"), Tag::Named("1.0+b".to_owned()));
    }

    #[test]
    fn rejects_what_a_url_needs_for_itself() {
        assert_eq!(fault(""), RepoUrlErrorKind::EmptyTag);
        assert_eq!(fault("a#b"), RepoUrlErrorKind::Fragment);
        assert_eq!(fault("a\nb"), RepoUrlErrorKind::ControlCharacter('\n'));
        for (text, expected) in [
            ("-x", TagFault::LeadingDash),
            ("a&b", TagFault::Character('&')),
            ("a\u{a0}b", TagFault::Character('\u{a0}')),
        ] {
            let kind = fault(text);
            assert_eq!(kind, RepoUrlErrorKind::Tag { tag: text.to_owned(), fault: expected });
        }
    }

    #[test]
    fn a_very_long_tag_is_shortened_in_the_message() {
        let message = format!("{}~", "é".repeat(300)).parse::<Tag>().unwrap_err().to_string();
        assert!(message.chars().count() < 100, "{message}");
        assert!("x".repeat(MAX_BYTES + 1).parse::<Tag>().is_err());
    }

    fn ref_fault(tag: &str) -> Option<(TagFault, Span)> {
        check_ref_format(SpannedStr::new(tag)).err()
    }

    #[test]
    fn accepts_what_git_accepts() {
        for tag in ["3.7.4", "3.7.4-18", "v1/rc.1", "a.lock.b", "@", "-x", "1.0+b", "é", "a%b", "a{b"] {
            assert_eq!(ref_fault(tag), None, "{tag}");
        }
    }

    #[test]
    fn names_the_broken_rule_and_its_place() {
        let cases = [
            ("/a", TagFault::EmptyPart, (0, 0)),
            ("a/", TagFault::EmptyPart, (2, 2)),
            ("a//b", TagFault::EmptyPart, (2, 2)),
            ("a/.b", TagFault::DotFirst, (2, 3)),
            ("a.lock/b", TagFault::LockLast, (1, 6)),
            ("a..b", TagFault::TwoDots, (1, 3)),
            ("a.", TagFault::DotLast, (1, 2)),
            ("a@{1}", TagFault::AtBrace, (1, 3)),
            ("a b", TagFault::Character(' '), (1, 2)),
            ("é^1", TagFault::Character('^'), (2, 3)),
            ("a\u{7f}", TagFault::Character('\u{7f}'), (1, 2)),
        ];
        for (tag, expected, (start, end)) in cases {
            assert_eq!(ref_fault(tag), Some((expected, Span::new(start, end))), "{tag}");
        }
    }

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
            assert_eq!(split_local(SpannedStr::new(text)).0.text(), path, "{text}");
        }
    }

    #[test]
    fn only_a_plain_word_is_repeated() {
        assert_eq!(plain_word("tga").as_deref(), Some("tga"));
        assert_eq!(plain_word("rd@host/x"), None);
        assert_eq!(plain_word(""), None);
    }
}
