//! The content of a commit, as far as it is needed.

use std::collections::BTreeMap;

use start_points::check::FileSet;
use start_points::files::{FileEntry, NonRegular};

/// The files of a commit by path. Paths are relative, with forward slashes, and every component is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchedContent {
    /// The time of the commit, in seconds since 1970 (UTC); 0 if the commit has none. For a work tree, the time of the
    /// commit that is checked out.
    pub committed: u64,
    /// Regular files. A symbolic link inside its start-point counts as the file that it leads to.
    pub files: BTreeMap<String, FetchedFile>,
    /// Other entries that checks need: siblings of which only the name matters, and what is not a regular file or is too
    /// large.
    pub others: BTreeMap<String, FileEntry>,
    /// Paths that were omitted.
    pub left_out: Vec<OmittedPath>,
}

/// A regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it is executable.
    pub executable: bool,
}

/// A path of the commit that was omitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OmittedPath {
    /// The path, escaped for messages.
    pub path: String,
    /// The reason.
    pub reason: OmitReason,
}

/// Why a path was omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OmitReason {
    /// A large file of a docker folder that no check reads.
    Large,
    /// A name that is not UTF-8 or contains a backslash: no manifest can name it.
    Name,
}

impl FileSet for FetchedContent {
    fn entry(&self, path: &str, _: Option<&str>, limit: usize) -> Option<FileEntry> {
        match self.files.get(path) {
            Some(FetchedFile { bytes, .. }) if bytes.len() > limit => {
                return Some(FileEntry::Size(bytes.len() as u64));
            }
            Some(FetchedFile { bytes, .. }) => return Some(FileEntry::Content(bytes.clone())),
            None => {}
        }
        let is_folder = || below(&self.files, path).chain(below(&self.others, path)).next().is_some();
        self.others.get(path).cloned().or_else(|| is_folder().then_some(FileEntry::Other(NonRegular::Folder)))
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let regular = |path: &&str| self.others.get(*path).is_none_or(|entry| entry.size().is_some());
        let paths = below(&self.files, folder).chain(below(&self.others, folder)).filter(regular);
        let names = paths.filter_map(|path| path.rsplit_once('/').filter(|(above, _)| *above == folder));
        names.map(|(_, name)| name.to_owned()).collect()
    }
}

/// The paths below a folder.
fn below<'a, T>(files: &'a BTreeMap<String, T>, folder: &str) -> impl Iterator<Item = &'a str> + use<'a, T> {
    let prefix = format!("{folder}/");
    files
        .range(prefix.clone()..)
        .map(|(path, _)| path.as_str())
        .take_while(move |path| path.starts_with(&prefix))
}

impl FetchedContent {
    /// The bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes.len() as u64).sum()
    }
}
