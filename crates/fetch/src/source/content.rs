//! What was taken of a commit.

use std::collections::BTreeMap;

use start_points::check::FileSet;
use start_points::files::{Entry, Other};

/// The files taken of one commit, by path: relative, with forward slashes, every component checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchedContent {
    /// When its commit was made, as that says itself: in seconds since the beginning of 1970, UTC; 0 where it does
    /// not say so. Of a work tree, that of the commit that is checked out.
    pub committed: u64,
    /// Regular files, with their bytes. A symbolic link inside its start-point is the file that it leads to.
    pub files: BTreeMap<String, FetchedFile>,
    /// What else stands where a manifest looks: neighbours, of which only the name matters, and what is no
    /// regular file or too large. For checks alone; there is nothing to write.
    pub others: BTreeMap<String, Entry>,
    /// What was wanted, and not taken.
    pub left_out: Vec<OmittedPath>,
}

/// A regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it may be run.
    pub executable: bool,
}

/// Something of the commit that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OmittedPath {
    /// Its path, as a message may show it.
    pub path: String,
    /// Why.
    pub reason: OmitReason,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OmitReason {
    /// A file of a docker folder that is large, and that no check looks at.
    Large,
    /// A name that is not UTF-8, or has a backslash: no manifest can name it.
    Name,
}

impl FileSet for FetchedContent {
    fn entry(&self, path: &str, _: Option<&str>, limit: usize) -> Option<Entry> {
        match self.files.get(path) {
            Some(FetchedFile { bytes, .. }) if bytes.len() > limit => {
                return Some(Entry::Size(bytes.len() as u64));
            }
            Some(FetchedFile { bytes, .. }) => return Some(Entry::Content(bytes.clone())),
            None => {}
        }
        let is_folder = || below(&self.files, path).chain(below(&self.others, path)).next().is_some();
        self.others.get(path).cloned().or_else(|| is_folder().then_some(Entry::Other(Other::Folder)))
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let regular = |path: &&str| self.others.get(*path).is_none_or(|entry| entry.size().is_some());
        let paths = below(&self.files, folder).chain(below(&self.others, folder)).filter(regular);
        let names = paths.filter_map(|path| path.rsplit_once('/').filter(|(above, _)| *above == folder));
        names.map(|(_, name)| name.to_owned()).collect()
    }
}

/// The paths below a folder; the top has no neighbours that a manifest is held against.
fn below<'a, T>(files: &'a BTreeMap<String, T>, folder: &str) -> impl Iterator<Item = &'a str> + use<'a, T> {
    let prefix = format!("{folder}/");
    files
        .range(prefix.clone()..)
        .map(|(path, _)| path.as_str())
        .take_while(move |path| path.starts_with(&prefix))
}

impl FetchedContent {
    /// The bytes of all its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes.len() as u64).sum()
    }
}
