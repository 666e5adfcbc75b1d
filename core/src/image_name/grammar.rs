//! The parts of an image name: `host[:port]`, a path of lower case words, a tag and a digest.
//!
//! After <https://github.com/distribution/reference/blob/main/regexp.go>.

use super::error::{ImageNameError, ImageNameErrorKind};
use crate::span::{Span, slice_or_empty};

fn reject(kind: ImageNameErrorKind, start: usize, end: usize) -> Result<(), ImageNameError> {
    Err(ImageNameError::new(kind, Span::new(start, end)))
}

/// Whether the first part of an image name is a registry and not the beginning of the path.
///
/// Docker's rule (`splitDockerDomain` in <https://github.com/distribution/reference/blob/main/normalize.go>) less its
/// newest case: there an upper case letter makes a host too, in the deployed checker it does not.
pub(super) fn is_registry(first_part: &str) -> bool {
    first_part.bytes().any(|byte| matches!(byte, b'.' | b':')) || first_part == "localhost"
}

/// Checks a registry that begins at byte 0 of the image name.
///
/// A part of a host is letters and digits with `-` inside; a port is digits, however many. The reference
/// grammar also has IPv6 addresses in brackets, which the deployed checker rejects, and so does this
/// one.
pub(super) fn check_registry(registry: &str) -> Result<(), ImageNameError> {
    if registry.starts_with('[') {
        return reject(ImageNameErrorKind::HostBracket, 0, registry.len());
    }
    let (host, port) = match registry.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (registry, None),
    };
    if host.is_empty() {
        return reject(ImageNameErrorKind::EmptyHost, 0, 0);
    }
    let mut at = 0;
    for part in host.split('.') {
        let end = at + part.len();
        if part.is_empty() {
            return reject(ImageNameErrorKind::EmptyHostPart, at, end);
        }
        let unwelcome = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        if let Some((offset, c)) = part.char_indices().find(|(_, c)| unwelcome(*c)) {
            let start = at + offset;
            return reject(ImageNameErrorKind::HostCharacter(c), start, start + c.len_utf8());
        }
        if part.starts_with('-') {
            return reject(ImageNameErrorKind::HostHyphen, at, at + 1);
        }
        if part.ends_with('-') {
            return reject(ImageNameErrorKind::HostHyphen, end - 1, end);
        }
        at = end + 1;
    }
    match port {
        Some(port) if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            reject(ImageNameErrorKind::BadPort, host.len() + 1, registry.len())
        }
        _ => Ok(()),
    }
}

/// Checks a path that begins at byte `at` of the image name.
pub(super) fn check_path(path: &str, at: usize) -> Result<(), ImageNameError> {
    if path.is_empty() {
        return Err(ImageNameError::new(ImageNameErrorKind::EmptyPath, Span::at(at)));
    }
    let is_welcome = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/');
    if let Some(offset) = path.bytes().position(|byte| !is_welcome(&byte)) {
        let c = slice_or_empty(path, offset..).chars().next().unwrap_or_default();
        let kind = match c {
            'A'..='Z' => ImageNameErrorKind::UpperCase { letter: c, lower: None },
            _ => ImageNameErrorKind::PathCharacter(c),
        };
        let start = at + offset;
        return Err(ImageNameError::new(kind, Span::new(start, start + c.len_utf8())));
    }
    let mut start = at;
    for segment in path.split('/') {
        check_segment(segment, start)?;
        start += segment.len() + 1;
    }
    Ok(())
}

/// The characters are known to be right; what is left is how the separators stand.
fn check_segment(text: &str, at: usize) -> Result<(), ImageNameError> {
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    let end = at + text.len();
    if text.is_empty() {
        return reject(ImageNameErrorKind::EmptyPathPart, at, end);
    }
    if let Some(c) = text.chars().next().filter(|c| is_separator(*c)) {
        return reject(ImageNameErrorKind::SeparatorFirst(c), at, at + 1);
    }
    if let Some(c) = text.chars().next_back().filter(|c| is_separator(*c)) {
        return reject(ImageNameErrorKind::SeparatorLast(c), end - 1, end);
    }
    let mut start = at;
    let mut rest = text;
    while let Some(before) = rest.find(is_separator) {
        let run = slice_or_empty(rest, before..);
        let length = run.find(|c| !is_separator(c)).unwrap_or(run.len());
        let separators = slice_or_empty(run, ..length);
        start += before;
        let allowed = matches!(separators, "." | "_" | "__") || separators.bytes().all(|byte| byte == b'-');
        if !allowed {
            let kind = ImageNameErrorKind::Separators(separators.to_owned());
            return reject(kind, start, start + length);
        }
        start += length;
        rest = slice_or_empty(run, length..);
    }
    Ok(())
}

/// The longest tag, in characters.
pub(super) const TAG_MOST: usize = 128;

/// The shortest value of a digest, in hex digits.
const DIGEST_LEAST: usize = 32;

/// Checks a tag that begins at byte `at`: `[\w][\w.-]{0,127}`, as
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests> has it.
pub(super) fn check_tag(tag: &str, at: usize) -> Result<(), ImageNameError> {
    if let Some((offset, c)) = tag.char_indices().find(|(_, c)| !is_tag_character(*c)) {
        let start = at + offset;
        let kind = match c {
            '/' => ImageNameErrorKind::TagSlash,
            c => ImageNameErrorKind::TagCharacter(c),
        };
        return reject(kind, start, start + c.len_utf8());
    }
    match tag.chars().next() {
        None => reject(ImageNameErrorKind::EmptyTag, at, at),
        Some(c @ ('.' | '-')) => reject(ImageNameErrorKind::TagFirst(c), at, at + 1),
        Some(_) if tag.len() > TAG_MOST => {
            reject(ImageNameErrorKind::TagTooLong(tag.len()), at + TAG_MOST, at + tag.len())
        }
        Some(_) => Ok(()),
    }
}

fn is_tag_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Checks a digest that begins at byte `at`: `algorithm:hex`; the algorithm as
/// <https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests> has it.
pub(super) fn check_digest(digest: &str, at: usize) -> Result<(), ImageNameError> {
    let end = at + digest.len();
    if digest.is_empty() {
        return reject(ImageNameErrorKind::EmptyDigest, at, end);
    }
    let Some((algorithm, value)) = digest.split_once(':') else {
        return reject(ImageNameErrorKind::DigestColon, at, end);
    };
    if !algorithm.split(['-', '_', '+', '.']).all(is_algorithm_word) {
        return reject(ImageNameErrorKind::DigestAlgorithm, at, at + algorithm.len());
    }
    let value_at = at + algorithm.len() + 1;
    if let Some((offset, c)) = value.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let start = value_at + offset;
        return reject(ImageNameErrorKind::DigestCharacter(c), start, start + c.len_utf8());
    }
    if value.len() < DIGEST_LEAST {
        return reject(ImageNameErrorKind::DigestTooShort(value.len()), value_at, end);
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

    fn registry_fault(registry: &str) -> Option<(ImageNameErrorKind, &str)> {
        let error = check_registry(registry).err()?;
        Some((error.kind().clone(), &registry[error.span().start..error.span().end]))
    }

    #[test]
    fn a_first_part_is_a_registry_by_its_dot_or_colon() {
        for part in ["ghcr.io", "h:5000", "localhost", ".", ":", "a.b:1"] {
            assert!(is_registry(part), "{part}");
        }
        for part in ["", "library", "cyberdojofoundation", "LOCALHOST", "Host"] {
            assert!(!is_registry(part), "{part}");
        }
    }

    #[test]
    fn accepts_hosts_and_any_number_as_port() {
        for registry in ["ghcr.io", "EX.com", "localhost", "h:5000", "127.0.0.1:1", "a--b.c", "h:99999"] {
            assert_eq!(registry_fault(registry), None, "{registry}");
        }
    }

    #[test]
    fn says_where_a_host_is_wrong() {
        use ImageNameErrorKind as K;
        for (registry, kind, at) in [
            (":5000", K::EmptyHost, ""),
            (".com", K::EmptyHostPart, ""),
            ("a..b", K::EmptyHostPart, ""),
            ("exa_mple.com", K::HostCharacter('_'), "_"),
            ("-ex.com", K::HostHyphen, "-"),
            ("ex-.com", K::HostHyphen, "-"),
            ("[::1]:5000", K::HostBracket, "[::1]:5000"),
            ("h:", K::BadPort, ""),
            ("h:a", K::BadPort, "a"),
            ("h:1:2", K::BadPort, "1:2"),
        ] {
            assert_eq!(registry_fault(registry), Some((kind, at)), "{registry}");
        }
    }

    fn path_fault(path: &str) -> Option<(ImageNameErrorKind, &str)> {
        let error = check_path(path, 0).err()?;
        Some((error.kind().clone(), &path[error.span().start..error.span().end]))
    }

    #[test]
    fn accepts_words_and_single_separators() {
        for path in ["a", "a/b/c", "a.b", "a_b", "a__b", "a-b", "a----b", "3", "a-b_c.d__e"] {
            assert_eq!(path_fault(path), None, "{path}");
        }
    }

    #[test]
    fn says_where_a_path_is_wrong() {
        use ImageNameErrorKind as K;
        for (path, kind, at) in [
            ("", K::EmptyPath, ""),
            ("/a", K::EmptyPathPart, ""),
            ("a//b", K::EmptyPathPart, ""),
            ("a/", K::EmptyPathPart, ""),
            ("a/Bc", K::UpperCase { letter: 'B', lower: None }, "B"),
            (".a", K::SeparatorFirst('.'), "."),
            ("a/.b", K::SeparatorFirst('.'), "."),
            ("a-", K::SeparatorLast('-'), "-"),
            ("a/b.", K::SeparatorLast('.'), "."),
            ("-", K::SeparatorFirst('-'), "-"),
            ("xa___b", K::Separators("___".into()), "___"),
            ("a..b", K::Separators("..".into()), ".."),
            ("a_.b", K::Separators("_.".into()), "_."),
            ("a-_b", K::Separators("-_".into()), "-_"),
            ("a+b", K::PathCharacter('+'), "+"),
            ("aé", K::PathCharacter('é'), "é"),
        ] {
            assert_eq!(path_fault(path), Some((kind, at)), "{path}");
        }
    }

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
