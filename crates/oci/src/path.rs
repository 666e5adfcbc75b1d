//! Paths inside images: relative, with forward slashes, and safe in every part.

use start_points::shown::shown;

use crate::error::OciErrorKind;

/// The limit of common file systems: <https://man7.org/linux/man-pages/man3/limits.h.0p.html> (`NAME_MAX`).
const MAX_PART_BYTES: usize = 255;

/// Checks a path: no part may be empty, `.`, `..` or `.git`, and no character a control character or a backslash.
pub(crate) fn check(path: &str) -> Result<(), OciErrorKind> {
    let is_hostile = |part: &str| {
        part.is_empty()
            || part.len() > MAX_PART_BYTES
            || matches!(part, "." | "..")
            || part.eq_ignore_ascii_case(".git")
            || part.contains('\\')
            || part.contains(char::is_control)
    };
    if path.split('/').any(is_hostile) {
        return Err(OciErrorKind::HostilePath(shown(path).into_owned()));
    }
    Ok(())
}

/// A path of an archive without a leading `./` and a trailing `/`; `None` for the top folder.
///
/// # Errors
///
/// A path that leads out of the archive, whether or not anything is read from there.
pub(crate) fn normalized(bytes: &[u8]) -> Result<Option<&[u8]>, OciErrorKind> {
    let mut path = bytes;
    while let Some(rest) = path.strip_prefix(b"./") {
        path = rest;
    }
    while let Some(rest) = path.strip_suffix(b"/") {
        path = rest;
    }
    if bytes.starts_with(b"/")
        || path.starts_with(b"/")
        || path.split(|byte| *byte == b'/').any(|part| part == b"..")
    {
        return Err(OciErrorKind::HostilePath(shown(&String::from_utf8_lossy(bytes)).into_owned()));
    }
    Ok((!matches!(path, b"" | b".")).then_some(path))
}

/// The folders that contain a path, the outermost first.
pub(crate) fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_paths_are_refused_and_shown_escaped() {
        let long = "x".repeat(256);
        for path in
            ["", "/etc", "a//b", "a/", "..", "a/../b", "./a", ".git/config", "a/.GIT", "a\nb", "a\\b", &long]
        {
            let message = check(path).unwrap_err().to_string();
            assert!(message.contains("hostile path") && !message.contains(char::is_control), "{message}");
        }
        for path in ["a", ".github/x", "app/repos/0/start_point/C#.txt", "café"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn paths_of_archives_are_normalized() {
        assert_eq!(normalized(b"./a/b/"), Ok(Some(&b"a/b"[..])));
        assert_eq!(normalized(b"././a"), Ok(Some(&b"a"[..])));
        for top in [&b"./"[..], b".", b""] {
            assert_eq!(normalized(top), Ok(None));
        }
        for hostile in [&b"/etc/passwd"[..], b"../x", b"a/../../x", b"a/..", b".//etc", b"/", b"/."] {
            assert!(normalized(hostile).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn parents_are_listed_outermost_first() {
        assert_eq!(parents("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(parents("a").count(), 0);
    }
}
