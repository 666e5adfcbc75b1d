//! The path of an image: lower case words with separators, in parts between slashes.

use super::error::{ImageNameError, ImageNameErrorKind};
use crate::span::Span;

/// Checks a path that begins at byte `at` of the image name.
pub(super) fn check(path: &str, at: usize) -> Result<(), ImageNameError> {
    if path.is_empty() {
        return Err(ImageNameError::new(ImageNameErrorKind::EmptyPath, Span::at(at)));
    }
    for (offset, c) in path.char_indices() {
        let kind = match c {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' | '/' => continue,
            'A'..='Z' => ImageNameErrorKind::UpperCase { letter: c, lower: path.to_ascii_lowercase() },
            _ => ImageNameErrorKind::PathCharacter(c),
        };
        let start = at + offset;
        return Err(ImageNameError::new(kind, Span::new(start, start + c.len_utf8())));
    }
    let mut start = at;
    for part in path.split('/') {
        check_part(part, start)?;
        start += part.len() + 1;
    }
    Ok(())
}

/// The characters are known to be right; what is left is how the separators stand.
fn check_part(part: &str, at: usize) -> Result<(), ImageNameError> {
    let refuse = |kind, start, end| Err(ImageNameError::new(kind, Span::new(start, end)));
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    let end = at + part.len();
    if part.is_empty() {
        return refuse(ImageNameErrorKind::EmptyPathPart, at, end);
    }
    if let Some(c) = part.chars().next().filter(|c| is_separator(*c)) {
        return refuse(ImageNameErrorKind::SeparatorFirst(c), at, at + 1);
    }
    if let Some(c) = part.chars().next_back().filter(|c| is_separator(*c)) {
        return refuse(ImageNameErrorKind::SeparatorLast(c), end - 1, end);
    }
    let mut start = at;
    for run in part.split_inclusive(|c| !is_separator(c)) {
        // Each run is some separators and the one letter or digit after them.
        let separators = run.trim_end_matches(|c| !is_separator(c));
        let allowed =
            matches!(separators, "" | "." | "_" | "__") || separators.bytes().all(|byte| byte == b'-');
        if !allowed {
            let kind = ImageNameErrorKind::Separators(separators.to_owned());
            return refuse(kind, start, start + separators.len());
        }
        start += run.len();
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
        let upper = |letter, lower: &str| K::UpperCase { letter, lower: lower.to_owned() };
        for (path, kind, at) in [
            ("", K::EmptyPath, ""),
            ("/a", K::EmptyPathPart, ""),
            ("a//b", K::EmptyPathPart, ""),
            ("a/", K::EmptyPathPart, ""),
            ("a/Bc", upper('B', "a/bc"), "B"),
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
