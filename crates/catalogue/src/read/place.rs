//! Where a catalogue is read from: a folder on disk, or the files of an image.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use start_points::check::FileSet;
use start_points::files::{Entry, Other};
use start_points::layout;
use start_points_oci::ImageContents;
use start_points_workspace::DiskFiles;
use start_points_workspace::path::{key_of, path_of};

use super::ReadError;
use crate::layout::{is_foreign, is_number};

/// The most files and folders that are looked at.
const MAX_ENTRIES: u64 = 1_000_000;

/// How deep they are.
const MAX_DEPTH: u64 = 32;

/// The files of a catalogue. Paths are relative to its top.
pub trait Place: FileSet + Sync {
    /// What messages call the catalogue, or a file of it where `path` is not empty.
    fn called(&self, path: &str) -> PathBuf;

    /// The manifests in the numbered folders, not in dot-folders: number and path, by number, then by path.
    ///
    /// # Errors
    /// Where the files cannot be listed, or are more than is looked at.
    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError>;

    /// Everything but folders, hidden or not, by path. What at the top is not of the catalogue is left out: names that
    /// begin with a dot, and `lost+found`.
    ///
    /// # Errors
    /// Where the files cannot be listed, or are more than is looked at.
    fn paths(&self) -> Result<BTreeSet<String>, ReadError>;

    /// The names of the numbered folders at the top, empty ones too where there can be such.
    ///
    /// # Errors
    /// Where the top cannot be listed.
    fn numbers(&self) -> Result<BTreeSet<String>, ReadError>;
}

/// A catalogue that is a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    files: DiskFiles,
}

impl Folder {
    /// The catalogue in this folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), files: DiskFiles::below(path) }
    }

    /// Everything but folders that is below one; folders that are hidden only where `hidden` says so.
    fn walk(
        &self,
        path: &str,
        depth: u64,
        hidden: bool,
        seen: &mut u64,
        found: &mut dyn FnMut(String),
    ) -> Result<(), ReadError> {
        if depth > MAX_DEPTH {
            let what = "folders inside one another";
            return Err(ReadError::TooMany { path: self.called(path), what, limit: MAX_DEPTH });
        }
        for name in self.entries(path, seen)? {
            let below = layout::join(path, &name);
            if !self.is_folder(&below) {
                found(below);
            } else if hidden || !name.starts_with('.') {
                self.walk(&below, depth + 1, hidden, seen, found)?;
            }
        }
        Ok(())
    }

    /// What is in a folder.
    fn entries(&self, folder: &str, seen: &mut u64) -> Result<Vec<String>, ReadError> {
        let path = self.called(folder);
        let wrap = |error| ReadError::Io { path: path.clone(), error };
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(wrap)? {
            *seen += 1;
            if *seen > MAX_ENTRIES {
                let what = "files and folders";
                return Err(ReadError::TooMany { path, what, limit: MAX_ENTRIES });
            }
            names.push(key_of(Path::new(&entry.map_err(wrap)?.file_name())));
        }
        Ok(names)
    }

    /// Links to folders are not followed.
    fn is_folder(&self, path: &str) -> bool {
        fs::symlink_metadata(self.called(path)).is_ok_and(|metadata| metadata.is_dir())
    }
}

impl FileSet for Folder {
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<Entry> {
        self.files.entry(path, within, limit)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        self.files.names(folder)
    }
}

impl Place for Folder {
    fn called(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.path.clone() } else { self.path.join(path_of(path)) }
    }

    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError> {
        let mut found = Vec::new();
        let mut seen = 0;
        for name in self.numbers()? {
            let Ok(index) = name.parse() else { continue };
            let mut file = |path: String| {
                if layout::is_manifest(&path) {
                    found.push((index, path))
                }
            };
            self.walk(&name, 0, false, &mut seen, &mut file)?;
        }
        found.sort();
        Ok(found)
    }

    fn paths(&self) -> Result<BTreeSet<String>, ReadError> {
        let mut found = BTreeSet::new();
        let mut seen = 0;
        for name in self.entries("", &mut seen)?.into_iter().filter(|name| !is_foreign(name)) {
            if self.is_folder(&name) {
                self.walk(&name, 0, true, &mut seen, &mut |path| _ = found.insert(path))?;
            } else {
                found.insert(name);
            }
        }
        Ok(found)
    }

    fn numbers(&self) -> Result<BTreeSet<String>, ReadError> {
        let names = self.entries("", &mut 0)?.into_iter();
        Ok(names.filter(|name| is_number(name) && self.is_folder(name)).collect())
    }
}

/// A catalogue whose files are in memory, such as those that an image holds below `app/repos`.
#[derive(Debug, Clone)]
pub struct Held {
    name: String,
    files: BTreeMap<String, Entry>,
    /// Symbolic links to a file, with where each leads in the end.
    links: BTreeMap<String, String>,
}

impl Held {
    /// The catalogue in these contents of the image of this name.
    #[must_use]
    pub fn new(name: impl Into<String>, contents: ImageContents) -> Self {
        let oversized = contents.oversized.into_iter().map(|(path, size)| (path, Entry::Size(size)));
        let irregular = contents.irregular.into_iter().map(|(path, other)| (path, Entry::Other(other)));
        let files = contents.files.into_iter().map(|(path, bytes)| (path, Entry::Content(bytes)));
        let files = oversized.chain(irregular).chain(files).collect();
        Self { name: name.into(), files, links: contents.links }
    }
}

impl FileSet for Held {
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<Entry> {
        let target = self.links.get(path).map(String::as_str);
        let is_inside = |target: &str| match within {
            None => true,
            Some(folder) => target.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
        };
        if target.is_some_and(|target| !is_inside(target)) {
            return Some(Entry::Other(Other::EscapingLink));
        }
        match self.files.get(target.unwrap_or(path)) {
            Some(Entry::Content(bytes)) if bytes.len() > limit => Some(Entry::Size(bytes.len() as u64)),
            Some(entry) => Some(entry.clone()),
            None => {
                let prefix = format!("{path}/");
                let below = self.files.range(prefix.clone()..).next();
                let is_folder = below.is_some_and(|(path, _)| path.starts_with(&prefix));
                is_folder.then_some(Entry::Other(Other::Folder))
            }
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let below = self.files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        let regular = below.filter(|(_, entry)| entry.size().is_some());
        let names = regular.filter_map(|(path, _)| path.strip_prefix(&prefix));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }
}

impl Place for Held {
    fn called(&self, path: &str) -> PathBuf {
        let name = PathBuf::from(&self.name);
        if path.is_empty() { name } else { name.join(path) }
    }

    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError> {
        let numbered = |path: &String| {
            let (number, below) = path.split_once('/')?;
            let is_hidden = layout::folder(below).split('/').any(|name| name.starts_with('.'));
            let counts = layout::is_manifest(path) && !is_hidden;
            Some((number.parse().ok().filter(|_| counts)?, path.clone()))
        };
        let paths = self.files.keys().chain(self.links.keys());
        let mut found: Vec<_> = paths.filter_map(numbered).collect();
        found.sort();
        Ok(found)
    }

    fn paths(&self) -> Result<BTreeSet<String>, ReadError> {
        let top = |path: &str| is_foreign(path.split('/').next().unwrap_or_default());
        Ok(self.files.keys().chain(self.links.keys()).filter(|path| !top(path)).cloned().collect())
    }

    fn numbers(&self) -> Result<BTreeSet<String>, ReadError> {
        let paths = self.files.keys().chain(self.links.keys());
        let tops = paths.filter_map(|path| path.split_once('/')).map(|(top, _)| top);
        Ok(tops.filter(|top| is_number(top)).map(str::to_owned).collect())
    }
}
