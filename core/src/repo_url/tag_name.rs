//! The names a git tag may have: the rules of `git check-ref-format refs/tags/<tag>`.

use thiserror::Error;

use super::piece::Piece;
use crate::find;
use crate::span::Span;

/// What is wrong with a tag; completes the sentence "the tag … ".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TagFault {
    /// A `/` at either end, or two in a row.
    #[error("has an empty part: a `/` at an end, or two in a row")]
    EmptyPart,
    /// A part between slashes that begins with a dot.
    #[error("has a part that begins with `.`")]
    DotFirst,
    /// A part between slashes that ends with `.lock`.
    #[error("has a part that ends with `.lock`")]
    LockLast,
    /// `..`
    #[error("contains `..`")]
    TwoDots,
    /// A dot at the end.
    #[error("ends with `.`")]
    DotLast,
    /// `@{`
    #[error("contains `@{{`")]
    AtBrace,
    /// A character that no tag may have, or that a URL needs for itself.
    #[error("contains `{0}`")]
    Character(char),
    /// A `-` at the beginning, which `git tag` refuses and a command line would take for an option.
    #[error("begins with `-`")]
    LeadingDash,
    /// `@` or `HEAD`, which in git mean the current commit.
    #[error("is git's own name for the current commit")]
    MeansHead,
    /// A `%XX`; the tag it was probably meant for, where that is a tag.
    #[error("is percent-encoded")]
    PercentEncoded(Option<String>),
}

/// Checks that git accepts `refs/tags/<tag>`, and nothing beyond that.
///
/// # Errors
///
/// The first rule that is broken, and where.
pub(super) fn check(tag: Piece<'_>) -> Result<(), (TagFault, Span)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(tag: &str) -> Option<(TagFault, Span)> {
        check(Piece::new(tag)).err()
    }

    #[test]
    fn accepts_what_git_accepts() {
        for tag in ["3.7.4", "3.7.4-18", "v1/rc.1", "a.lock.b", "@", "-x", "1.0+b", "é", "a%b", "a{b"] {
            assert_eq!(fault(tag), None, "{tag}");
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
            assert_eq!(fault(tag), Some((expected, Span::new(start, end))), "{tag}");
        }
    }
}
