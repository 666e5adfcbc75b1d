//! Differences between a commit, the index and the work tree, found without running a filter.
//!
//! A file that a filter wrote (<https://git-scm.com/docs/gitattributes#_filter>), such as git-lfs, differs from its
//! blob by design. It is unchanged if its size and times are those of the index, or if its blob is a git-lfs pointer
//! with its digest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::view::{WorkTreeView, native};
use crate::error::FetchErrorKind;

/// The most bytes of a list of changes.
const MAX_CHANGES: u64 = 16 << 20;

/// The most bytes of lists of all files, and of pointers.
const MAX_LISTED: u64 = 256 << 20;

/// The most bytes of a pointer of git-lfs.
const MAX_POINTER: usize = 1024;

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkTreeChange {
    /// How the index differs from the commit, and the work tree from the index: the letters of
    /// <https://git-scm.com/docs/git-status#_short_format>.
    how: [u8; 2],
    /// The path from the top of the work tree.
    pub(super) path: Vec<u8>,
}

impl WorkTreeChange {
    /// Whether the file exists, and a filter may have written it.
    fn is_of_content(&self) -> bool {
        self.how[1] == b'M'
    }
}

/// The differences from the commit that is checked out, without ignored files.
///
/// Of untracked folders, all files are listed, or only the topmost folders.
pub(super) fn changes(
    view: &WorkTreeView<'_>,
    all_files: bool,
) -> Result<Vec<WorkTreeChange>, FetchErrorKind> {
    let untracked = if all_files { "--untracked-files=all" } else { "--untracked-files=normal" };
    let mut found = status(view, untracked)?;
    let content = || found.iter().filter(|change| change.is_of_content());
    if view.filters.is_empty() || content().next().is_none() {
        return Ok(found);
    }
    let filtered = filtered(view, content())?;
    if filtered.is_empty() {
        return Ok(found);
    }
    let surely = view.trusting_times(|| status(view, "--untracked-files=no"))?;
    let mut suspects: BTreeSet<&[u8]> =
        surely.iter().filter(|change| change.is_of_content()).map(|change| &change.path[..]).collect();
    suspects.retain(|path| filtered.contains(*path));
    let fetched = fetched(view, &suspects)?;
    for change in &mut found {
        let path = &change.path[..];
        if change.is_of_content()
            && filtered.contains(path)
            && (!suspects.contains(path) || fetched.contains(path))
        {
            change.how[1] = b' ';
        }
    }
    found.retain(|change| change.how != *b"  ");
    Ok(found)
}

fn status(view: &WorkTreeView<'_>, untracked: &str) -> Result<Vec<WorkTreeChange>, FetchErrorKind> {
    let arguments =
        ["status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=dirty", untracked];
    let listed = view.done(view.call(&arguments), MAX_CHANGES)?;
    let read = |line: &[u8]| match line {
        [index, work_tree, b' ', path @ ..] => {
            Some(WorkTreeChange { how: [*index, *work_tree], path: path.to_owned() })
        }
        _ => None,
    };
    Ok(listed.split(|byte| *byte == 0).filter_map(read).collect())
}

/// Those that a configured filter writes.
fn filtered<'c>(
    view: &WorkTreeView<'_>,
    changes: impl Iterator<Item = &'c WorkTreeChange>,
) -> Result<BTreeSet<Vec<u8>>, FetchErrorKind> {
    let mut asked = Vec::new();
    for change in changes {
        asked.extend_from_slice(&change.path);
        asked.push(0);
    }
    let call = view.call(&["check-attr", "-z", "--stdin", "filter"]).input(asked);
    let answered = view.done(call, MAX_LISTED)?;
    let mut parts = answered.split(|byte| *byte == 0);
    let mut filtered = BTreeSet::new();
    while let (Some(path), Some(_), Some(filter)) = (parts.next(), parts.next(), parts.next()) {
        if str::from_utf8(filter).is_ok_and(|filter| view.filters.contains(filter)) {
            filtered.insert(path.to_owned());
        }
    }
    Ok(filtered)
}

/// Those with the content of the git-lfs pointers in the index.
fn fetched<'c>(
    view: &WorkTreeView<'_>,
    paths: &BTreeSet<&'c [u8]>,
) -> Result<BTreeSet<&'c [u8]>, FetchErrorKind> {
    if paths.is_empty() {
        return Ok(BTreeSet::new());
    }
    let listed = view.done(view.call(&["ls-files", "--stage", "-z"]), MAX_LISTED)?;
    let mut blobs = BTreeMap::new();
    for line in listed.split(|byte| *byte == 0) {
        let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
        let (entry, path) = line.split_at(tab);
        let blob = str::from_utf8(entry).ok().and_then(|entry| entry.split(' ').nth(1));
        if let (Some(path), Some(blob)) = (path.get(1..).and_then(|path| paths.get(path)), blob) {
            blobs.insert(*path, blob.to_owned());
        }
    }
    let mut fetched = BTreeSet::new();
    for (path, blob) in blobs {
        let pointer = view.done(view.call(&["cat-file", "blob", &blob]), MAX_POINTER as u64);
        let leads_here =
            pointer.ok().as_deref().and_then(LfsPointer::read).is_some_and(|pointer| {
                native(path).is_some_and(|path| pointer.leads_to(&view.top().join(path)))
            });
        if leads_here {
            fetched.insert(path);
        }
    }
    Ok(fetched)
}

/// A pointer of git-lfs: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.
#[derive(Debug, PartialEq, Eq)]
struct LfsPointer {
    sha256: String,
    size: u64,
}

impl LfsPointer {
    fn read(blob: &[u8]) -> Option<Self> {
        let text = str::from_utf8(blob).ok().filter(|text| text.len() <= MAX_POINTER)?;
        text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        Some(Self { sha256: value("oid sha256:")?.to_owned(), size: value("size ")?.parse().ok()? })
    }

    fn leads_to(&self, path: &Path) -> bool {
        let is_so = || -> std::io::Result<bool> {
            let metadata = path.symlink_metadata()?;
            if !metadata.is_file() || metadata.len() != self.size {
                return Ok(false);
            }
            let mut file = File::open(path)?.take(self.size);
            let mut hash = Sha256::new();
            let mut buffer = vec![0; 64 * 1024];
            while let read @ 1.. = file.read(&mut buffer)? {
                hash.update(buffer.get(..read).unwrap_or_default());
            }
            let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(hex == self.sha256)
        };
        is_so().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_read_and_nothing_else_is() {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 3\n";
        assert_eq!(LfsPointer::read(text.as_bytes()), Some(LfsPointer { sha256: "ab".to_owned(), size: 3 }));
        for other in ["", "oid sha256:ab\nsize 3\n", &text.replace("size 3", "size x"), &text.repeat(30)] {
            assert_eq!(LfsPointer::read(other.as_bytes()), None, "{other}");
        }
    }
}
