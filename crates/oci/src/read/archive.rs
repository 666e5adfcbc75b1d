//! The entries of a tar archive, with long names put together here: nothing of them is read without a bound.

use std::io::{self, Read};

use tar::{Archive, EntryType};

use crate::cause::Cause;

/// More than any honest extended header has.
const MAX_EXTENDED: u64 = 64 * 1024;
const WHAT: &str = "a layer";

/// An entry; its bytes are to be read before the next one.
pub(super) struct Entry<'a> {
    pub(super) path: Vec<u8>,
    pub(super) size: u64,
    pub(super) is_regular: bool,
    pub(super) is_folder: bool,
    pub(super) is_executable: bool,
    pub(super) link: Link,
    bytes: &'a mut dyn Read,
}

/// Where an entry leads that has no bytes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// It is not a link.
    None,
    /// To another entry, whose content it has: a path of the archive.
    Hard(Vec<u8>),
    /// Where the text of a symbolic link says.
    Symbolic(Vec<u8>),
}

impl Read for Entry<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

/// Visits every entry.
pub(super) fn each(
    reader: impl Read,
    path_bytes: usize,
    mut visit: impl FnMut(Entry<'_>) -> Result<(), Cause>,
) -> Result<(), Cause> {
    let mut archive = Archive::new(reader);
    let (mut long, mut long_link, mut is_extended) = (None, None, false);
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let is_of_next = matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader);
        if is_of_next && entry.header().as_ustar().is_none() && entry.header().as_gnu().is_none() {
            return Err(Cause::broken(WHAT, "it has a long name in an entry of an unknown format"));
        }
        match kind {
            EntryType::GNULongName => {
                once(&mut long, Some(long_name(&mut entry, path_bytes)?))?;
                continue;
            }
            EntryType::GNULongLink => {
                once(&mut long_link, Some(long_name(&mut entry, path_bytes)?))?;
                continue;
            }
            EntryType::XHeader => {
                let Extended { path, link } = extended(&bounded(&mut entry, MAX_EXTENDED)?)?;
                if std::mem::replace(&mut is_extended, true) {
                    return Err(Cause::broken(WHAT, "it has two extended headers for one entry"));
                }
                once(&mut long, path)?;
                once(&mut long_link, link)?;
                continue;
            }
            EntryType::XGlobalHeader => continue,
            EntryType::GNUSparse => return Err(Cause::broken(WHAT, "it has a sparse file")),
            _ => is_extended = false,
        }
        let path = long.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let leads_to = long_link.take().or_else(|| entry.link_name_bytes().map(std::borrow::Cow::into_owned));
        let leads_to = leads_to.unwrap_or_default();
        if path.len().max(leads_to.len()) > path_bytes {
            return Err(Cause::TooLarge { what: "a path", limit: path_bytes as u64 });
        }
        visit(Entry {
            path,
            size: entry.size(),
            is_regular: matches!(kind, EntryType::Regular | EntryType::Continuous),
            is_folder: kind == EntryType::Directory,
            link: match kind {
                EntryType::Link => Link::Hard(leads_to),
                EntryType::Symlink => Link::Symbolic(leads_to),
                _ => Link::None,
            },
            is_executable: entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0),
            bytes: &mut entry,
        })?;
    }
    Ok(())
}

/// Sets what is said of the entry to come. Of two names readers choose differently, and so neither is taken.
fn once(name: &mut Option<Vec<u8>>, said: Option<Vec<u8>>) -> Result<(), Cause> {
    match (&name, said) {
        (_, None) => Ok(()),
        (Some(_), Some(_)) => Err(Cause::broken(WHAT, "it has two names for one entry")),
        (None, said) => {
            *name = said;
            Ok(())
        }
    }
}

/// A name that GNU's tar writes as an entry of its own, with a NUL after it.
fn long_name(entry: &mut impl Read, path_bytes: usize) -> Result<Vec<u8>, Cause> {
    let mut name = bounded(entry, path_bytes as u64 + 1)?;
    name.truncate(name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    match name.is_empty() || name.contains(&0) {
        true => Err(Cause::broken(WHAT, "it has a broken long name")),
        false => Ok(name),
    }
}

fn bounded(entry: &mut impl Read, limit: u64) -> Result<Vec<u8>, Cause> {
    let mut bytes = Vec::new();
    entry.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Cause::TooLarge { what: "a name", limit });
    }
    Ok(bytes)
}

/// What an extended header says of the entry after it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Extended {
    path: Option<Vec<u8>>,
    /// Where it leads, for a link.
    link: Option<Vec<u8>>,
}

/// Reads an extended header: lines of `LENGTH KEY=VALUE`
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>, "pax Extended Header").
///
/// A size there would put the reader out of step with other readers, and is refused.
fn extended(mut bytes: &[u8]) -> Result<Extended, Cause> {
    let mut extended = Extended::default();
    while !bytes.is_empty() {
        let broken = || Cause::broken(WHAT, "it has a broken extended header");
        let space = bytes.iter().position(|byte| *byte == b' ').ok_or_else(broken)?;
        let digits = bytes.get(..space).and_then(|digits| str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let length: usize = digits.and_then(|digits| digits.parse().ok()).ok_or_else(broken)?;
        let line =
            bytes.get(space + 1..length).and_then(|line| line.strip_suffix(b"\n")).ok_or_else(broken)?;
        let equals = line.iter().position(|byte| *byte == b'=').ok_or_else(broken)?;
        match line.split_at(equals) {
            // Without a value the name in the header counts, for some.
            (b"path" | b"linkpath", b"=") => return Err(broken()),
            (b"path", value) => once(&mut extended.path, value.get(1..).map(<[u8]>::to_vec))?,
            (b"linkpath", value) => once(&mut extended.link, value.get(1..).map(<[u8]>::to_vec))?,
            (b"size" | b"GNU.sparse.major" | b"GNU.sparse.name", _) => {
                return Err(Cause::broken(WHAT, "it has a size in an extended header"));
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
    fn extended_headers_give_a_path_and_nothing_else() {
        assert_eq!(
            extended(b"10 path=ab\n12 mtime=1.5\n"),
            Err(Cause::broken(WHAT, "it has a broken extended header"))
        );
        let says = |path: Option<&[u8]>, link: Option<&[u8]>| {
            Ok(Extended { path: path.map(<[u8]>::to_vec), link: link.map(<[u8]>::to_vec) })
        };
        assert_eq!(extended(b"11 path=ab\n13 mtime=1.5\n"), says(Some(b"ab"), None));
        assert_eq!(extended(b"14 linkpath=b\n"), says(None, Some(b"b")));
        assert_eq!(extended(b""), says(None, None));
        for bad in
            [&b"9 size=9\n"[..], b"99999999999999999999 a=b\n", b"0 a=b\n", b"3 a=b\n", b"x", b"5 ab\n"]
        {
            assert!(extended(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_readers_read_differently_is_refused() {
        for bad in [&b"+11 path=a\n"[..], b"8 path=\n", b"12 linkpath=\n", b"10 path=a\n10 path=b\n"] {
            assert!(extended(bad).is_err(), "{bad:?}");
        }
        let mut name = None;
        assert_eq!(once(&mut name, Some(b"a".to_vec())), Ok(()));
        assert_eq!(once(&mut name, None), Ok(()));
        assert!(once(&mut name, Some(b"b".to_vec())).is_err());
        assert_eq!(long_name(&mut &b"a\0\0"[..], 9), Ok(b"a".to_vec()));
        for bad in [&b""[..], b"\0", b"a\0b\0", b"0123456789ab"] {
            assert!(long_name(&mut &bad[..], 9).is_err(), "{bad:?}");
        }
    }
}
