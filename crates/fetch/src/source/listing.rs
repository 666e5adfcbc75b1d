//! Every path of a commit, read from its trees.

use super::content::{OmitReason, OmittedPath};
use super::objects::{CatFile, Object};
use crate::error::FetchErrorKind;
use crate::limits::FetchLimits;
use start_points::shown::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

/// The bytes of a tree for each entry that the limit allows.
const BYTES_AN_ENTRY: u64 = 300;

/// The most omitted names that are listed.
const MOST_LEFT_OUT: usize = 100;

/// The files of a commit, by path.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) items: BTreeMap<String, TreeItem>,
    pub(crate) left_out: Vec<OmittedPath>,
}

/// An entry of a tree that is not a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeItem {
    pub(crate) mode: TreeItemKind,
    pub(crate) id: String,
}

/// The kinds of entries: <https://git-scm.com/docs/gitdatamodel>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TreeItemKind {
    File { executable: bool },
    Link,
    Submodule,
}

impl Listing {
    /// Lists the tree with this hash.
    pub(crate) fn read<W: Write, R: Read>(
        objects: &mut CatFile<W, R>,
        tree: &str,
        limits: &FetchLimits,
    ) -> Result<Self, FetchErrorKind> {
        let mut listing = Self::default();
        let mut folders = vec![(String::new(), tree.to_owned(), 0)];
        let (mut seen, mut bytes) = (0, 0);
        while let Some((prefix, id, depth)) = folders.pop() {
            if depth > limits.depth {
                return Err(FetchErrorKind::TooMany {
                    what: "folders inside one another",
                    limit: limits.depth as u64,
                });
            }
            let mut names = BTreeSet::new();
            for entry in TreeEntries::new(&tree_bytes(objects, &id, limits)?, id.len() / 2) {
                let (mode, name, id) = entry?;
                seen += 1;
                if seen > limits.entries {
                    return Err(too_many(limits));
                }
                let Some(name) = checked_name(&name)? else {
                    listing.leave_out(&prefix, &name);
                    continue;
                };
                let path = format!("{prefix}{name}");
                // A tree can repeat one long path of folders at few bytes for each file.
                bytes += path.len() as u64;
                if bytes > limits.total_bytes {
                    let limit = limits.total_bytes;
                    return Err(FetchErrorKind::TooMany {
                        what: "bytes in the paths of files and folders",
                        limit,
                    });
                }
                if !names.insert(name.to_owned()) {
                    return Err(FetchErrorKind::BrokenObject(format!(
                        "a folder with two entries {}",
                        shown(name)
                    )));
                }
                let mode = match mode.as_str() {
                    "40000" | "040000" => {
                        folders.push((format!("{path}/"), id, depth + 1));
                        continue;
                    }
                    "120000" => TreeItemKind::Link,
                    "160000" => TreeItemKind::Submodule,
                    // Old repositories also have 100664.
                    other if other.starts_with("100") => {
                        TreeItemKind::File { executable: other.ends_with("755") }
                    }
                    other => {
                        return Err(FetchErrorKind::BrokenObject(format!("a file of mode {}", shown(other))));
                    }
                };
                listing.items.insert(path, TreeItem { mode, id });
            }
        }
        Ok(listing)
    }

    fn leave_out(&mut self, prefix: &str, name: &[u8]) {
        if self.left_out.len() < MOST_LEFT_OUT {
            let path = format!("{prefix}{}", String::from_utf8_lossy(name));
            self.left_out.push(OmittedPath { path: shown(&path).into_owned(), reason: OmitReason::Name });
        }
    }

    /// Whether a path is a folder.
    pub(crate) fn is_folder(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        self.items.range(prefix.clone()..).next().is_some_and(|(below, _)| below.starts_with(&prefix))
    }

    /// The entries of a folder without those of its subfolders; `""` is the top.
    pub(crate) fn entries_of<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a TreeItem)> {
        let prefix = start_points::layout::join(folder, "");
        let length = prefix.len();
        self.items
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .filter(move |(path, _)| path.get(length..).is_some_and(|name| !name.contains('/')))
            .map(|(path, item)| (path.as_str(), item))
    }
}

fn too_many(limits: &FetchLimits) -> FetchErrorKind {
    FetchErrorKind::TooMany { what: "files and folders", limit: limits.entries as u64 }
}

fn tree_bytes<W: Write, R: Read>(
    objects: &mut CatFile<W, R>,
    id: &str,
    limits: &FetchLimits,
) -> Result<Vec<u8>, FetchErrorKind> {
    match objects.read(id, limits.entries as u64 * BYTES_AN_ENTRY)? {
        Object::Read { kind, bytes, .. } if kind == "tree" => Ok(bytes),
        Object::Larger(_) => Err(too_many(limits)),
        _ => Err(FetchErrorKind::BrokenObject("a folder is missing".to_owned())),
    }
}

/// The entries of a tree object: repeated `mode name NUL hash`.
struct TreeEntries<'a> {
    rest: &'a [u8],
    id_bytes: usize,
}

/// Mode, name and hash.
type TreeEntry = (String, Vec<u8>, String);

impl<'a> TreeEntries<'a> {
    fn new(bytes: &'a [u8], id_bytes: usize) -> Self {
        Self { rest: bytes, id_bytes }
    }

    fn entry(&mut self) -> Option<TreeEntry> {
        let space = self.rest.iter().position(|byte| *byte == b' ')?;
        let end = self.rest.iter().position(|byte| *byte == 0)?;
        let mode = str::from_utf8(self.rest.get(..space)?).ok()?.to_owned();
        let name = self.rest.get(space + 1..end)?.to_owned();
        let after = self.rest.get(end + 1..)?;
        let (id, rest) = after.split_at_checked(self.id_bytes)?;
        self.rest = rest;
        Some((mode, name, id.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl Iterator for TreeEntries<'_> {
    type Item = Result<TreeEntry, FetchErrorKind>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self.entry();
        if entry.is_none() {
            self.rest = &[];
        }
        Some(entry.ok_or_else(|| FetchErrorKind::BrokenObject("a folder is cut off".to_owned())))
    }
}

/// The longest name on common file systems.
const MAX_NAME: usize = 255;

/// A safe name of a path component; `None` for a name that no manifest can contain.
///
/// Git's own checks (`fsckObjects`) cover most of this, but not for local repositories.
pub(crate) fn checked_name(name: &[u8]) -> Result<Option<&str>, FetchErrorKind> {
    let unsafe_name = || Err(FetchErrorKind::HostileName(shown(&String::from_utf8_lossy(name)).into_owned()));
    let is_control = |byte: &u8| byte.is_ascii_control();
    if name.is_empty() || name.len() > MAX_NAME || name.contains(&b'/') || name.iter().any(is_control) {
        return unsafe_name();
    }
    if matches!(name, b"." | b"..") || name.eq_ignore_ascii_case(b".git") {
        return unsafe_name();
    }
    match str::from_utf8(name) {
        Ok(text) if text.contains(char::is_control) => unsafe_name(),
        Ok(text) if !text.contains('\\') => Ok(Some(text)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of folders `d` with these files, each named by one byte.
    fn listing(names: &[u8], limits: &FetchLimits) -> Result<Listing, FetchErrorKind> {
        let mut answers = Vec::new();
        let mut add = |tree: &[u8]| {
            answers.extend_from_slice(format!("{} tree {}\n", "0".repeat(40), tree.len()).as_bytes());
            answers.extend_from_slice(tree);
            answers.push(b'\n');
        };
        add(&[b"40000 d\0", [0; 20].as_slice()].concat());
        let entry = |name: &u8| [b"100644 ", [*name, 0].as_slice(), &[0; 20]].concat();
        let folder = [b"40000 e\0", [0; 20].as_slice()].concat();
        add(&names.iter().map(entry).chain([folder]).collect::<Vec<_>>().concat());
        add(b"");
        let mut objects = CatFile::new(Vec::new(), answers.as_slice());
        Listing::read(&mut objects, &"0".repeat(40), limits)
    }

    #[test]
    fn duplicate_names_are_refused() {
        assert_eq!(listing(b"ab", &FetchLimits::default()).unwrap().items.len(), 2);
        for names in [b"aa", b"ae"] {
            assert!(
                matches!(listing(names, &FetchLimits::default()), Err(FetchErrorKind::BrokenObject(_))),
                "{names:?}"
            );
        }
    }

    #[test]
    fn the_bytes_of_paths_are_bounded() {
        let limits = |total_bytes| FetchLimits { total_bytes, ..FetchLimits::default() };
        assert!(listing(b"ab", &limits(10)).is_ok());
        assert!(matches!(listing(b"ab", &limits(9)), Err(FetchErrorKind::TooMany { limit: 9, .. })));
    }

    fn entries(bytes: &[u8]) -> Vec<Result<TreeEntry, FetchErrorKind>> {
        TreeEntries::new(bytes, 2).collect()
    }

    #[test]
    fn tree_entries_are_parsed() {
        let found = entries(b"100644 a b\0\x01\xff40000 d\0\x02\x03");
        assert_eq!(found[0], Ok(("100644".to_owned(), b"a b".to_vec(), "01ff".to_owned())));
        assert_eq!(found[1], Ok(("40000".to_owned(), b"d".to_vec(), "0203".to_owned())));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_broken_tree_is_an_error_once() {
        for bytes in [&b"100644"[..], b"100644 a", b"100644 a\0\x01", b"\0\0\0\0"] {
            let found = entries(bytes);
            assert!(found.len() == 1 && found[0].is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn unsafe_names_are_refused_and_escaped() {
        let long = [b'x'; 256];
        let names: [&[u8]; 10] =
            [b"", b".", b"..", b".git", b".GIT", b"a/b", b"a\nb", b"\x1b[31m", "a\u{85}".as_bytes(), &long];
        for name in names {
            let message = checked_name(name).unwrap_err().to_string();
            assert!(message.contains("unsafe file name") && !message.contains(char::is_control), "{message}");
        }
    }

    #[test]
    fn names_that_no_manifest_can_contain_are_omitted() {
        assert_eq!(checked_name(b"a\\b"), Ok(None));
        assert_eq!(checked_name(b"caf\xe9"), Ok(None));
        assert_eq!(checked_name("café".as_bytes()), Ok(Some("café")));
        assert_eq!(checked_name(b".github"), Ok(Some(".github")));
    }
}
