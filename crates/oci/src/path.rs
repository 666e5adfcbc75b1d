//! Paths inside images: relative, with forward slashes, and every part of them one that can be trusted.

use start_points::shown::shown;

use crate::cause::Cause;

/// What file systems take for one part.
const MAX_PART_BYTES: usize = 255;

/// Checks a path that is written or taken: no part of it may be empty, `.`, `..` or git's, and none of its
/// characters a control character or a backslash.
pub(crate) fn check(path: &str) -> Result<(), Cause> {
    let is_hostile = |part: &str| {
        part.is_empty()
            || part.len() > MAX_PART_BYTES
            || matches!(part, "." | "..")
            || part.eq_ignore_ascii_case(".git")
            || part.contains('\\')
            || part.contains(char::is_control)
    };
    if path.split('/').any(is_hostile) {
        return Err(Cause::HostilePath(shown(path).into_owned()));
    }
    Ok(())
}

/// An archive's spelling of a path without a leading `./` and a closing `/`; `None` where that is the top
/// itself.
///
/// # Errors
///
/// A path that leads out of the archive, whether or not anything is taken from there.
pub(crate) fn of_entry(bytes: &[u8]) -> Result<Option<&[u8]>, Cause> {
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
        return Err(Cause::HostilePath(shown(&String::from_utf8_lossy(bytes)).into_owned()));
    }
    Ok((!matches!(path, b"" | b".")).then_some(path))
}

/// The folders that a path lies in, the outermost first.
pub(crate) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_paths_are_refused_and_shown_harmless() {
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
    fn an_archives_spelling_is_made_plain() {
        assert_eq!(of_entry(b"./a/b/"), Ok(Some(&b"a/b"[..])));
        assert_eq!(of_entry(b"././a"), Ok(Some(&b"a"[..])));
        for top in [&b"./"[..], b".", b""] {
            assert_eq!(of_entry(top), Ok(None));
        }
        for hostile in [&b"/etc/passwd"[..], b"../x", b"a/../../x", b"a/..", b".//etc", b"/", b"/."] {
            assert!(of_entry(hostile).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn folders_come_outermost_first() {
        assert_eq!(folders("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(folders("a").count(), 0);
    }
}
