//! The path of an image: lower case words with separators, in parts between slashes.

use super::error::{ImageNameError, ImageNameErrorKind};
use crate::part;
use crate::span::Span;

/// Checks a path that begins at byte `at` of the image name.
pub(super) fn check(path: &str, at: usize) -> Result<(), ImageNameError> {
    if path.is_empty() {
        return Err(ImageNameError::new(ImageNameErrorKind::EmptyPath, Span::at(at)));
    }
    let is_welcome = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/');
    if let Some(offset) = path.bytes().position(|byte| !is_welcome(&byte)) {
        let c = part(path, offset..).chars().next().unwrap_or_default();
        let kind = match c {
            'A'..='Z' => ImageNameErrorKind::UpperCase { letter: c, lower: None },
            _ => ImageNameErrorKind::PathCharacter(c),
        };
        let start = at + offset;
        return Err(ImageNameError::new(kind, Span::new(start, start + c.len_utf8())));
    }
    let mut start = at;
    for segment in path.split('/') {
        check_part(segment, start)?;
        start += segment.len() + 1;
    }
    Ok(())
}

/// The characters are known to be right; what is left is how the separators stand.
fn check_part(text: &str, at: usize) -> Result<(), ImageNameError> {
    let refuse = |kind, start, end| Err(ImageNameError::new(kind, Span::new(start, end)));
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    let end = at + text.len();
    if text.is_empty() {
        return refuse(ImageNameErrorKind::EmptyPathPart, at, end);
    }
    if let Some(c) = text.chars().next().filter(|c| is_separator(*c)) {
        return refuse(ImageNameErrorKind::SeparatorFirst(c), at, at + 1);
    }
    if let Some(c) = text.chars().next_back().filter(|c| is_separator(*c)) {
        return refuse(ImageNameErrorKind::SeparatorLast(c), end - 1, end);
    }
    let mut start = at;
    let mut rest = text;
    while let Some(before) = rest.find(is_separator) {
        let run = part(rest, before..);
        let length = run.find(|c| !is_separator(c)).unwrap_or(run.len());
        let separators = part(run, ..length);
        start += before;
        let allowed = matches!(separators, "." | "_" | "__") || separators.bytes().all(|byte| byte == b'-');
        if !allowed {
            let kind = ImageNameErrorKind::Separators(separators.to_owned());
            return refuse(kind, start, start + length);
        }
        start += length;
        rest = part(run, length..);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(path: &str) -> Option<(ImageNameErrorKind, &str)> {
        let error = check(path, 0).err()?;
        Some((error.kind().clone(), &path[error.span().start..error.span().end]))
    }

    #[test]
    fn accepts_words_and_single_separators() {
        for path in ["a", "a/b/c", "a.b", "a_b", "a__b", "a-b", "a----b", "3", "a-b_c.d__e"] {
            assert_eq!(fault(path), None, "{path}");
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
            assert_eq!(fault(path), Some((kind, at)), "{path}");
        }
    }
}
