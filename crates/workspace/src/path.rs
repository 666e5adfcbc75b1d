//! Paths as keys of the engine, and back without loss.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// A path as a key of [`DiskFiles`](crate::DiskFiles), and as reports have it: forward slashes between names, no
/// leading `./`.
///
/// On Unix every byte is kept: one that is not UTF-8 becomes U+0000 and two hexadecimal digits, as no name holds a NUL.
/// On Windows, backslashes become forward slashes, and lone surrogates become U+FFFD.
#[must_use]
pub fn key_of(path: &Path) -> String {
    let text = text_of(path);
    match text.strip_prefix("./") {
        Some("") => ".".to_owned(),
        Some(rest) => rest.to_owned(),
        None => text.into_owned(),
    }
}

#[cfg(unix)]
fn text_of(path: &Path) -> Cow<'_, str> {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;

    if let Some(text) = path.to_str() {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(text, "\0{byte:02x}");
        }
    }
    Cow::Owned(text)
}

#[cfg(not(unix))]
fn text_of(path: &Path) -> Cow<'_, str> {
    Cow::Owned(path.to_string_lossy().replace('\\', "/"))
}

/// A path for messages: its key, with invisible characters escaped.
#[must_use]
pub fn shown(path: &Path) -> String {
    start_points::shown::path(&key_of(path)).into_owned()
}

/// The file that a key names; the key of the top is `""` or `.`.
#[must_use]
pub fn path_of(key: &str) -> PathBuf {
    match key {
        "" => PathBuf::from("."),
        key if key.contains('\0') => with_bytes(key),
        key => PathBuf::from(key),
    }
}

#[cfg(unix)]
fn with_bytes(key: &str) -> PathBuf {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let mut parts = key.split('\0');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.split_at_checked(2).and_then(|(hex, rest)| Some((u8::from_str_radix(hex, 16).ok()?, rest)))
        {
            Some((byte, rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            // A manifest can name such a file, but no file system holds one.
            None => {
                bytes.push(0);
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn with_bytes(key: &str) -> PathBuf {
    PathBuf::from(key)
}

/// The folder of a file; `.` for a bare name.
#[must_use]
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A path relative to the top of its git repository; unchanged outside of repositories.
#[must_use]
pub fn from_repository_top(path: &str) -> String {
    let relative = || {
        let absolute = without_parents(&std::path::absolute(path_of(path)).ok()?);
        let top = absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        Some(key_of(absolute.strip_prefix(top).ok()?))
    };
    relative().unwrap_or_else(|| path.to_owned())
}

/// `a/../b` as `b`: GitHub and code-scanning services compare paths as text.
fn without_parents(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::ParentDir => _ = normal.pop(),
            other => normal.push(other),
        }
        normal
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn a_key_leads_back_to_its_file() {
        for bytes in [&b"a/b"[..], b"a\\b/c", b"a\xffb/\xfe", b"\xc3", b"x\ny", b"../x", "é".as_bytes()] {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(path_of(&key_of(path)), path);
        }
        assert_eq!(key_of(Path::new("./a")), "a");
        assert_eq!(key_of(Path::new(".")), ".");
        assert_eq!(path_of(""), Path::new("."));
    }

    #[test]
    fn two_names_are_two_keys() {
        let key = |bytes| key_of(Path::new(OsStr::from_bytes(bytes)));
        assert_ne!(key(b"a\xff"), key(b"a\xfe"));
        assert_ne!(key(b"a\\xff"), key(b"a\xff"));
        assert_ne!(key(b"a\xef\xbf\xbd"), key(b"a\xff"));
    }
}
