//! Files as data: what stands under a name, the files beside a manifest, and the sets of files that fronts check.

use std::borrow::Cow;

use crate::layout;
use crate::span::slice_or_empty;
use crate::text_map::TextMap;

/// What stands under a file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEntry {
    /// A regular file that was read.
    Content(Vec<u8>),
    /// A regular file of which only the size, in bytes, is known.
    Size(u64),
    /// Something that exists but is not a regular file inside the start-point.
    Other(NonRegular),
}

/// An entry that is not a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonRegular {
    /// A folder.
    Folder,
    /// A symbolic link that leads out of the start-point, or nowhere.
    EscapingLink,
    /// A named pipe, a socket or a device.
    Special,
    /// A file that the user may not read.
    Unreadable,
    /// A git submodule: a commit of another repository.
    Submodule,
}

impl NonRegular {
    /// What to call it: `a folder`, `a symbolic link out of the start-point`, …
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Folder => "a folder",
            Self::EscapingLink => "a symbolic link that leads out of the start-point or nowhere",
            Self::Special => "a pipe, socket or device",
            Self::Unreadable => "a file without read permission",
            Self::Submodule => "a submodule",
        }
    }
}

impl NonRegular {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Folder, Self::EscapingLink, Self::Special, Self::Unreadable, Self::Submodule];

    /// The word for it in what is handed to the engine.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::EscapingLink => "escaping-link",
            Self::Special => "special",
            Self::Unreadable => "unreadable",
            Self::Submodule => "submodule",
        }
    }

    /// What a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|other| other.as_str() == word)
    }

    /// Why it cannot be read as a file.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Unreadable => "permission denied".to_owned(),
            Self::Folder | Self::EscapingLink | Self::Special | Self::Submodule => {
                format!("is {}", self.describe())
            }
        }
    }
}

impl FileEntry {
    /// The size in bytes of a regular file.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Content(bytes) => Some(bytes.len() as u64),
            Self::Size(size) => Some(*size),
            Self::Other(_) => None,
        }
    }
}

/// Files by name, relative to the manifest's folder.
///
/// Names are compared without `.` and empty segments, as a file system does: `./a//b` is `a/b`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    entries: TextMap<FileEntry>,
    unknown: bool,
}

impl Files {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Files of which nothing is known, as for a manifest from standard input: no rule speaks of them.
    #[must_use]
    pub fn unknown() -> Self {
        Self { entries: TextMap::new(), unknown: true }
    }

    /// Whether nothing is known of the files.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// Adds a file, or replaces the one of that name.
    pub fn insert(&mut self, name: &str, entry: FileEntry) {
        self.entries.insert(normal(name), entry);
    }

    /// The file of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FileEntry> {
        self.entries.get(&normal(name))
    }

    /// Names, sorted, with what stands under them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FileEntry)> {
        self.entries.iter().map(|(name, entry)| (&**name, entry))
    }
}

/// Files by path, relative to the top of the tree, with forward slashes.
pub type Tree = TextMap<FileEntry>;

/// A set of files: what a front implements, and all that it decides.
///
/// A path is a file's identity inside its set: forward slashes between names, every other character as it is. It is
/// never escaped or shortened; renderers do that. A set whose names may hold bytes that are not UTF-8 writes such a
/// byte as U+0000 and two hexadecimal digits, so that no two files share a path.
pub trait FileSet {
    /// What is at a path; `None` where nothing is.
    ///
    /// A regular file of at most `limit` bytes has its content, a larger one its size. A symbolic link is followed
    /// while it stays in the folder `within`, or anywhere in the set where that is `None`; one that leads out is
    /// [`NonRegular::EscapingLink`].
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<FileEntry>;

    /// The names of the regular files in a folder, in any order; links and folders are left out.
    fn names(&self, folder: &str) -> Vec<String>;

    /// The path from the top of the repository that a file lies in. It differs from the path only where the set is
    /// looked at from another folder than that top.
    fn place<'p>(&self, path: &'p str) -> Cow<'p, str> {
        Cow::Borrowed(path)
    }
}

impl FileSet for Tree {
    fn entry(&self, path: &str, _: Option<&str>, limit: usize) -> Option<FileEntry> {
        match self.get(path) {
            Some(FileEntry::Content(bytes)) if bytes.len() > limit => {
                Some(FileEntry::Size(bytes.len() as u64))
            }
            Some(entry) => Some(entry.clone()),
            None => {
                let is_folder = self.beginning_with(&layout::join(path, "")).next().is_some();
                is_folder.then_some(FileEntry::Other(NonRegular::Folder))
            }
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.beginning_with(&prefix).filter(|(_, entry)| entry.size().is_some());
        let names = below.map(|(path, _)| slice_or_empty(path, prefix.len()..));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }
}

/// The text of a file: UTF-8 without a NUL, the one question that every rule and fix about content asks first.
///
/// git takes a NUL for the sign of a binary file too: <https://git-scm.com/docs/gitattributes>, under `text=auto`.
#[must_use]
pub fn as_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// A file name without `.` and empty segments.
#[must_use]
pub fn normal(name: &str) -> Cow<'_, str> {
    if is_normal(name) {
        return Cow::Borrowed(name);
    }
    name.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect::<Vec<_>>().join("/").into()
}

/// Whether a name is one segment that is neither empty nor of dots, as almost all are.
pub(crate) fn is_simple(name: &str) -> bool {
    !name.bytes().any(|byte| byte == b'/') && !matches!(name, "" | "." | "..")
}

/// Whether a name has no `.` and no empty segment.
fn is_normal(name: &str) -> bool {
    is_simple(name) || name.split('/').all(|segment| !matches!(segment, "" | "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_a_file_system_does() {
        let mut files = Files::new();
        files.insert("a/b.txt", FileEntry::Size(3));
        assert_eq!(files.get("./a//b.txt").and_then(FileEntry::size), Some(3));
        assert_eq!(files.get("a/../a/b.txt"), None);
        assert_eq!(files.get("b.txt"), None);
    }
}
