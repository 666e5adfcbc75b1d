//! The files that a check looks at, wherever they are: on disk, in a commit, in an image, in memory.

use std::borrow::Cow;

use super::tree::Tree;
use crate::files::{Entry, Other};
use crate::layout;
use crate::span::slice_or_empty;

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
    /// [`Other::EscapingLink`].
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<Entry>;

    /// The names of the regular files in a folder, in any order; links and folders are left out.
    fn names(&self, folder: &str) -> Vec<String>;

    /// The path from the top of the repository that a file lies in. It differs from the path only where the set is
    /// looked at from another folder than that top.
    fn place<'p>(&self, path: &'p str) -> Cow<'p, str> {
        Cow::Borrowed(path)
    }
}

impl FileSet for Tree {
    fn entry(&self, path: &str, _: Option<&str>, limit: usize) -> Option<Entry> {
        match self.get(path) {
            Some(Entry::Content(bytes)) if bytes.len() > limit => Some(Entry::Size(bytes.len() as u64)),
            Some(entry) => Some(entry.clone()),
            None => {
                let is_folder = self.beginning_with(&layout::join(path, "")).next().is_some();
                is_folder.then_some(Entry::Other(Other::Folder))
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
