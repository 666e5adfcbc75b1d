//! What may follow the path: a tag and a digest.

use super::error::{ImageNameError, ImageNameErrorKind};
use crate::span::Span;

/// The longest tag, in characters.
pub(super) const TAG_MOST: usize = 128;

/// The shortest value of a digest, in hex digits.
const DIGEST_LEAST: usize = 32;

/// Checks a tag that begins at byte `at`: `[\w][\w.-]{0,127}`.
pub(super) fn check_tag(tag: &str, at: usize) -> Result<(), ImageNameError> {
    let refuse = |kind, start, end| Err(ImageNameError::new(kind, Span::new(start, end)));
    if let Some((offset, c)) = tag.char_indices().find(|(_, c)| !is_tag_character(*c)) {
        let start = at + offset;
        let kind = match c {
            '/' => ImageNameErrorKind::TagSlash,
            c => ImageNameErrorKind::TagCharacter(c),
        };
        return refuse(kind, start, start + c.len_utf8());
    }
    match tag.chars().next() {
        None => refuse(ImageNameErrorKind::EmptyTag, at, at),
        Some(c @ ('.' | '-')) => refuse(ImageNameErrorKind::TagFirst(c), at, at + 1),
        Some(_) if tag.len() > TAG_MOST => {
            refuse(ImageNameErrorKind::TagTooLong(tag.len()), at + TAG_MOST, at + tag.len())
        }
        Some(_) => Ok(()),
    }
}

fn is_tag_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Checks a digest that begins at byte `at`: `algorithm:hex`.
pub(super) fn check_digest(digest: &str, at: usize) -> Result<(), ImageNameError> {
    let refuse = |kind, start, end| Err(ImageNameError::new(kind, Span::new(start, end)));
    let end = at + digest.len();
    if digest.is_empty() {
        return refuse(ImageNameErrorKind::EmptyDigest, at, end);
    }
    let Some((algorithm, value)) = digest.split_once(':') else {
        return refuse(ImageNameErrorKind::DigestColon, at, end);
    };
    if !algorithm.split(['-', '_', '+', '.']).all(is_algorithm_word) {
        return refuse(ImageNameErrorKind::DigestAlgorithm, at, at + algorithm.len());
    }
    let value_at = at + algorithm.len() + 1;
    if let Some((offset, c)) = value.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let start = value_at + offset;
        return refuse(ImageNameErrorKind::DigestCharacter(c), start, start + c.len_utf8());
    }
    if value.len() < DIGEST_LEAST {
        return refuse(ImageNameErrorKind::DigestTooShort(value.len()), value_at, end);
    }
    Ok(())
}

fn is_algorithm_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag_fault(tag: &str) -> Option<ImageNameErrorKind> {
        check_tag(tag, 0).err().map(|error| error.kind().clone())
    }

    fn digest_fault(digest: &str) -> Option<(ImageNameErrorKind, &str)> {
        let error = check_digest(digest, 0).err()?;
        Some((error.kind().clone(), &digest[error.span().start..error.span().end]))
    }

    #[test]
    fn tags_are_words_with_dots_and_dashes() {
        for tag in ["latest", "3.7.4-18", "4edf92a", "_", "_.-", "A", &"t".repeat(128)] {
            assert_eq!(tag_fault(tag), None, "{tag}");
        }
        assert_eq!(tag_fault(""), Some(ImageNameErrorKind::EmptyTag));
        assert_eq!(tag_fault("-x"), Some(ImageNameErrorKind::TagFirst('-')));
        assert_eq!(tag_fault(".x"), Some(ImageNameErrorKind::TagFirst('.')));
        assert_eq!(tag_fault("a:b"), Some(ImageNameErrorKind::TagCharacter(':')));
        assert_eq!(tag_fault("b/c"), Some(ImageNameErrorKind::TagSlash));
        assert_eq!(tag_fault(&"t".repeat(129)), Some(ImageNameErrorKind::TagTooLong(129)));
    }

    #[test]
    fn digests_are_an_algorithm_and_at_least_32_hex() {
        use ImageNameErrorKind as K;
        let hex = "0aF".repeat(11);
        for algorithm in ["sha256", "a", "a1+b2.c3_d4-e5", "SHA256"] {
            assert_eq!(digest_fault(&format!("{algorithm}:{hex}")), None, "{algorithm}");
        }
        for algorithm in ["", "1a", "a--b", "a-1", "a-", "a b"] {
            let digest = format!("{algorithm}:{hex}");
            assert_eq!(digest_fault(&digest), Some((K::DigestAlgorithm, algorithm)));
        }
        assert_eq!(digest_fault(""), Some((K::EmptyDigest, "")));
        assert_eq!(digest_fault("sha256"), Some((K::DigestColon, "sha256")));
        assert_eq!(digest_fault("sha256:abc"), Some((K::DigestTooShort(3), "abc")));
        assert_eq!(digest_fault("a:b@c"), Some((K::DigestCharacter('@'), "@")));
    }
}
