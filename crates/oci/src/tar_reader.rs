//! The entries of a tar archive. Long names are put together here, so that everything is read within bounds.
//!
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>

use std::io::{self, Read};

use tar::{Archive, EntryType};

use crate::error::OciErrorKind;

/// The most bytes of an extended header.
const MAX_EXTENDED: u64 = 64 * 1024;
const WHAT: &str = "a layer";

/// An entry; its bytes must be read before the next one.
pub(crate) struct TarEntry<'a> {
    pub(crate) path: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) is_regular: bool,
    pub(crate) is_folder: bool,
    pub(crate) is_executable: bool,
    pub(crate) link: TarLink,
    bytes: &'a mut dyn Read,
}

/// The target of an entry that has no bytes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TarLink {
    /// It is not a link.
    None,
    /// Another entry's content, by its path in the archive.
    Hard(Vec<u8>),
    /// The text of a symbolic link.
    Symbolic(Vec<u8>),
}

impl Read for TarEntry<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

/// Visits every entry.
pub(crate) fn each_entry(
    reader: impl Read,
    path_bytes: usize,
    mut visit: impl FnMut(TarEntry<'_>) -> Result<(), OciErrorKind>,
) -> Result<(), OciErrorKind> {
    let mut archive = Archive::new(reader);
    let (mut long, mut long_link, mut is_extended) = (None, None, false);
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let is_of_next = matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader);
        if is_of_next && entry.header().as_ustar().is_none() && entry.header().as_gnu().is_none() {
            return Err(OciErrorKind::broken(WHAT, "it has a long name in an entry of an unknown format"));
        }
        match kind {
            EntryType::GNULongName => {
                set_once(&mut long, Some(long_name(&mut entry, path_bytes)?))?;
                continue;
            }
            EntryType::GNULongLink => {
                set_once(&mut long_link, Some(long_name(&mut entry, path_bytes)?))?;
                continue;
            }
            EntryType::XHeader => {
                let Extended { path, link } = extended(&bounded(&mut entry, MAX_EXTENDED)?)?;
                if std::mem::replace(&mut is_extended, true) {
                    return Err(OciErrorKind::broken(WHAT, "it has two extended headers for one entry"));
                }
                set_once(&mut long, path)?;
                set_once(&mut long_link, link)?;
                continue;
            }
            EntryType::XGlobalHeader => continue,
            EntryType::GNUSparse => return Err(OciErrorKind::broken(WHAT, "it has a sparse file")),
            _ => is_extended = false,
        }
        let path = long.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let leads_to = long_link.take().or_else(|| entry.link_name_bytes().map(std::borrow::Cow::into_owned));
        let leads_to = leads_to.unwrap_or_default();
        if path.len().max(leads_to.len()) > path_bytes {
            return Err(OciErrorKind::TooLarge { what: "a path", limit: path_bytes as u64 });
        }
        visit(TarEntry {
            path,
            size: entry.size(),
            is_regular: matches!(kind, EntryType::Regular | EntryType::Continuous),
            is_folder: kind == EntryType::Directory,
            link: match kind {
                EntryType::Link => TarLink::Hard(leads_to),
                EntryType::Symlink => TarLink::Symbolic(leads_to),
                _ => TarLink::None,
            },
            is_executable: entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0),
            bytes: &mut entry,
        })?;
    }
    Ok(())
}

/// Sets a name of the next entry. Readers choose differently between two names, so two are an error.
fn set_once(name: &mut Option<Vec<u8>>, value: Option<Vec<u8>>) -> Result<(), OciErrorKind> {
    match (&name, value) {
        (_, None) => Ok(()),
        (Some(_), Some(_)) => Err(OciErrorKind::broken(WHAT, "it has two names for one entry")),
        (None, value) => {
            *name = value;
            Ok(())
        }
    }
}

/// A name in an entry of its own, with a NUL after it, as GNU tar writes it:
/// <https://www.gnu.org/software/tar/manual/html_node/Standard.html> (`GNUTYPE_LONGNAME`).
fn long_name(entry: &mut impl Read, path_bytes: usize) -> Result<Vec<u8>, OciErrorKind> {
    let mut name = bounded(entry, path_bytes as u64 + 1)?;
    name.truncate(name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    if name.is_empty() || name.contains(&0) {
        return Err(OciErrorKind::broken(WHAT, "it has a broken long name"));
    }
    Ok(name)
}

fn bounded(entry: &mut impl Read, limit: u64) -> Result<Vec<u8>, OciErrorKind> {
    let mut bytes = Vec::new();
    entry.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(OciErrorKind::TooLarge { what: "a name", limit });
    }
    Ok(bytes)
}

/// The members of an extended header that count for the next entry.
#[derive(Debug, Default, PartialEq, Eq)]
struct Extended {
    path: Option<Vec<u8>>,
    /// The target, for a link.
    link: Option<Vec<u8>>,
}

/// Reads an extended header: lines of `LENGTH KEY=VALUE`
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>, "pax Extended Header").
///
/// A size is refused: other readers might take the entry's end elsewhere.
fn extended(mut bytes: &[u8]) -> Result<Extended, OciErrorKind> {
    let mut extended = Extended::default();
    while !bytes.is_empty() {
        let broken = || OciErrorKind::broken(WHAT, "it has a broken extended header");
        let space = bytes.iter().position(|byte| *byte == b' ').ok_or_else(broken)?;
        let digits = bytes.get(..space).and_then(|digits| str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let length: usize = digits.and_then(|digits| digits.parse().ok()).ok_or_else(broken)?;
        let line =
            bytes.get(space + 1..length).and_then(|line| line.strip_suffix(b"\n")).ok_or_else(broken)?;
        let equals = line.iter().position(|byte| *byte == b'=').ok_or_else(broken)?;
        match line.split_at(equals) {
            // An empty value means the name in the header to some readers.
            (b"path" | b"linkpath", b"=") => return Err(broken()),
            (b"path", value) => set_once(&mut extended.path, value.get(1..).map(<[u8]>::to_vec))?,
            (b"linkpath", value) => set_once(&mut extended.link, value.get(1..).map(<[u8]>::to_vec))?,
            (b"size" | b"GNU.sparse.major" | b"GNU.sparse.name", _) => {
                return Err(OciErrorKind::broken(WHAT, "it has a size in an extended header"));
            }
            _ => {}
        }
        bytes = bytes.get(length..).unwrap_or_default();
    }
    Ok(extended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_headers_give_paths_only() {
        assert_eq!(
            extended(b"10 path=ab\n12 mtime=1.5\n"),
            Err(OciErrorKind::broken(WHAT, "it has a broken extended header"))
        );
        let expected = |path: Option<&[u8]>, link: Option<&[u8]>| {
            Ok(Extended { path: path.map(<[u8]>::to_vec), link: link.map(<[u8]>::to_vec) })
        };
        assert_eq!(extended(b"11 path=ab\n13 mtime=1.5\n"), expected(Some(b"ab"), None));
        assert_eq!(extended(b"14 linkpath=b\n"), expected(None, Some(b"b")));
        assert_eq!(extended(b""), expected(None, None));
        for bad in
            [&b"9 size=9\n"[..], b"99999999999999999999 a=b\n", b"0 a=b\n", b"3 a=b\n", b"x", b"5 ab\n"]
        {
            assert!(extended(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ambiguous_names_are_refused() {
        for bad in [&b"+11 path=a\n"[..], b"8 path=\n", b"12 linkpath=\n", b"10 path=a\n10 path=b\n"] {
            assert!(extended(bad).is_err(), "{bad:?}");
        }
        let mut name = None;
        assert_eq!(set_once(&mut name, Some(b"a".to_vec())), Ok(()));
        assert_eq!(set_once(&mut name, None), Ok(()));
        assert!(set_once(&mut name, Some(b"b".to_vec())).is_err());
        assert_eq!(long_name(&mut &b"a\0\0"[..], 9), Ok(b"a".to_vec()));
        for bad in [&b""[..], b"\0", b"a\0b\0", b"0123456789ab"] {
            assert!(long_name(&mut &bad[..], 9).is_err(), "{bad:?}");
        }
    }
}
