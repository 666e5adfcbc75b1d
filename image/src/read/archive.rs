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
    let (mut long, mut long_link) = (None, None);
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName => {
                let mut name = bounded(&mut entry, path_bytes as u64 + 1)?;
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long = Some(name);
                continue;
            }
            EntryType::GNULongLink => {
                let mut name = bounded(&mut entry, path_bytes as u64 + 1)?;
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long_link = Some(name);
                continue;
            }
            EntryType::XHeader => {
                let Extended { path, link } = extended(&bounded(&mut entry, MAX_EXTENDED)?)?;
                (long, long_link) = (path.or(long), link.or(long_link));
                continue;
            }
            EntryType::XGlobalHeader => continue,
            EntryType::GNUSparse => return Err(Cause::broken(WHAT, "it has a sparse file")),
            _ => {}
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
        let length: usize = digits.and_then(|digits| digits.parse().ok()).ok_or_else(broken)?;
        let line =
            bytes.get(space + 1..length).and_then(|line| line.strip_suffix(b"\n")).ok_or_else(broken)?;
        let equals = line.iter().position(|byte| *byte == b'=').ok_or_else(broken)?;
        match line.split_at(equals) {
            (b"path", value) => extended.path = value.get(1..).map(<[u8]>::to_vec),
            (b"linkpath", value) => extended.link = value.get(1..).map(<[u8]>::to_vec),
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
}
