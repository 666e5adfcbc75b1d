//! Which commit of a repository is meant.

use std::fmt;
use std::str::FromStr;

use super::error::{RepoUrlError, RepoUrlErrorKind, shortened};
use super::piece::Piece;
use super::tag_name::{self, TagFault};
use super::{MAX_BYTES, percent};
use crate::span::Span;

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

    /// Reads the value of `?tag=`, taken as it is: a `%` or a `+` stands for itself.
    ///
    /// Beyond git's own rules it refuses what cannot be meant or cannot be written in a URL: `HEAD` and `@`,
    /// a leading `-`, `&`, `#`, whitespace and control characters of any kind, and `%XX` (a tag whose name
    /// really has `%` and two hex digits is out of reach, an encoded `/` is the likelier reason).
    pub(super) fn read(value: Piece<'_>) -> Result<Self, RepoUrlError> {
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
        if let Some((at, _)) = percent::encoded(text).next() {
            let plain = percent::decode(text).filter(|plain| Self::from_str(plain).is_ok());
            return refuse(TagFault::PercentEncoded(plain), value.span_of(at, at + 3));
        }
        if let Some((c, span)) = value.find(|c| c == '&' || c.is_whitespace()) {
            return refuse(TagFault::Character(c), span);
        }
        if let Err((fault, span)) = tag_name::check(value) {
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
    /// Whatever [`RepoUrl`](super::RepoUrl) refuses in a tag; the span is into `text`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_BYTES {
            let kind = RepoUrlErrorKind::TooLong { bytes: text.len(), limit: MAX_BYTES };
            return Err(RepoUrlError::new(kind, Span::new(0, text.len())));
        }
        Self::read(Piece::new(text))
    }
}

impl fmt::Display for Tag {
    /// The tag as it may follow `?tag=`, so `head` for [`Tag::Head`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or("head"))
    }
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
    fn gits_names_for_the_current_commit_are_refused_with_the_right_spelling() {
        for text in ["HEAD", "@"] {
            let error = text.parse::<Tag>().unwrap_err();
            assert!(error.hint().unwrap().contains("`?tag=head`"));
        }
    }

    #[test]
    fn percent_encoding_is_refused_and_undone_in_the_hint() {
        let error = "rel%2F1".parse::<Tag>().unwrap_err();
        assert_eq!(error.span(), Span::new(3, 6));
        assert_eq!(error.hint().unwrap(), "a tag is not percent-decoded: write `rel/1`");
        let error = "a%20b".parse::<Tag>().unwrap_err();
        assert_eq!(error.hint().unwrap(), "a tag is not percent-decoded: write it as it is");
        assert_eq!(tag("100%"), Tag::Named("100%".to_owned()));
        assert_eq!(tag("1.0+b"), Tag::Named("1.0+b".to_owned()));
    }

    #[test]
    fn refuses_what_a_url_needs_for_itself() {
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
}
