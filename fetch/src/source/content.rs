//! What was taken of a commit.

use std::collections::BTreeMap;

use start_points::check::Tree;
use start_points::files::Entry;

/// The files taken of one commit, by path: relative, with forward slashes, every component checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// When its commit was made, as that says itself: in seconds since the beginning of 1970, UTC; 0 where it does
    /// not say so. Of a work tree, that of the commit that is checked out.
    pub committed: u64,
    /// Regular files, with their bytes. A symbolic link inside its start-point is the file that it leads to.
    pub files: BTreeMap<String, File>,
    /// What else stands where a manifest looks: neighbours, of which only the name matters, and what is no
    /// regular file or too large. For checks alone; there is nothing to write.
    pub others: BTreeMap<String, Entry>,
    /// What was wanted, and not taken.
    pub left_out: Vec<LeftOut>,
}

/// A regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it may be run.
    pub executable: bool,
}

/// Something of the commit that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path, as a message may show it.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A file of a docker folder that is large, and that no check looks at.
    Large,
    /// A name that is not UTF-8, or has a backslash: no manifest can name it.
    Name,
}

impl Content {
    /// What [`check_tree`](start_points::check::check_tree) takes.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let files = self.files.iter().map(|(path, file)| (path.clone(), Entry::Content(file.bytes.clone())));
        files.chain(self.others.iter().map(|(path, entry)| (path.clone(), entry.clone()))).collect()
    }

    /// The bytes of all its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes.len() as u64).sum()
    }
}
