//! Names in trees: what is taken, what is passed over, and what no honest repository holds.

use start_points::shown::shown;

use crate::cause::Cause;

/// What file systems take.
const MAX_BYTES: usize = 255;

/// A name as a path can have it; `None` for one that no manifest can name.
///
/// Git's own checks on the way in cover most of what is refused here, but not on every way.
pub(super) fn checked(name: &[u8]) -> Result<Option<&str>, Cause> {
    let hostile = || Err(Cause::HostileName(shown(&String::from_utf8_lossy(name)).into_owned()));
    let is_control = |byte: &u8| byte.is_ascii_control();
    if name.is_empty() || name.len() > MAX_BYTES || name.contains(&b'/') || name.iter().any(is_control) {
        return hostile();
    }
    if matches!(name, b"." | b"..") || name.eq_ignore_ascii_case(b".git") {
        return hostile();
    }
    match str::from_utf8(name) {
        Ok(text) if text.contains(char::is_control) => hostile(),
        Ok(text) if !text.contains('\\') => Ok(Some(text)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn hostile_names_are_refused_and_shown_harmless() {
        let long = [b'x'; 256];
        let names: [&[u8]; 10] =
            [b"", b".", b"..", b".git", b".GIT", b"a/b", b"a\nb", b"\x1b[31m", "a\u{85}".as_bytes(), &long];
        for name in names {
            let message = checked(name).unwrap_err().to_string();
            assert!(message.contains("hostile name") && !message.contains(char::is_control), "{message}");
        }
    }

    #[test]
    fn names_that_no_manifest_can_write_are_passed_over() {
        assert_eq!(checked(b"a\\b"), Ok(None));
        assert_eq!(checked(b"caf\xe9"), Ok(None));
        assert_eq!(checked("café".as_bytes()), Ok(Some("café")));
        assert_eq!(checked(b".github"), Ok(Some(".github")));
    }
}
