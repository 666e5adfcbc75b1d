//! The files of a catalogue: in a folder on disk, or in memory from an image.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use start_points::check::FileSet;
use start_points::files::{FileEntry, NonRegular};
use start_points::layout;
use start_points_oci::ImageContents;
use start_points_workspace::DiskFiles;
use start_points_workspace::path::{key_of, path_of};

use super::error::ReadError;
use crate::format::{SHAS, is_foreign, is_number};

/// The most bytes of a manifest, and of [`SHAS`].
pub(super) const MAX_BYTES: usize = 4 << 20;

/// The most files and folders that are visited.
const MAX_ENTRIES: u64 = 1_000_000;

/// The deepest nesting that is visited.
const MAX_DEPTH: u64 = 32;

/// The files of a catalogue, in a folder or in memory. Paths are relative to its top.
pub trait CatalogueFiles: FileSet + Sync {
    /// The path of a file in messages; that of the catalogue if `path` is empty.
    fn display_path(&self, path: &str) -> PathBuf;

    /// The manifests in numbered folders, except in dot-folders: number and path, sorted.
    ///
    /// # Errors
    /// The files cannot be listed, or are too many.
    fn manifests(&self) -> Result<Vec<(usize, String)>, ReadError>;

    /// The paths of everything but folders, hidden or not. Foreign entries at the top are left out: dot-names and
    /// `lost+found`.
    ///
    /// # Errors
    /// The files cannot be listed, or are too many.
    fn paths(&self) -> Result<BTreeSet<String>, ReadError>;

    /// The names of the numbered folders at the top.
    ///
    /// # Errors
    /// The top cannot be listed.
    fn numbers(&self) -> Result<BTreeSet<String>, ReadError>;
}

/// A catalogue in a folder.
#[derive(Debug)]
pub struct FolderFiles {
    path: PathBuf,
    files: DiskFiles,
}

impl FolderFiles {
    /// The catalogue in this folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), files: DiskFiles::below(path) }
    }

    /// Visits everything but folders below a folder; enters hidden folders only if `hidden`.
    fn walk(
        &self,
        path: &str,
        depth: u64,
        hidden: bool,
        seen: &mut u64,
        found: &mut dyn FnMut(String),
    ) -> Result<(), ReadError> {
        if depth > MAX_DEPTH {
            let what = "nested folders";
            return Err(ReadError::TooMany { path: self.display_path(path), what, limit: MAX_DEPTH });
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

    /// The names in a folder.
    fn entries(&self, folder: &str, seen: &mut u64) -> Result<Vec<String>, ReadError> {
        let path = self.display_path(folder);
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
        fs::symlink_metadata(self.display_path(path)).is_ok_and(|metadata| metadata.is_dir())
    }
}

impl FileSet for FolderFiles {
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<FileEntry> {
        self.files.entry(path, within, limit)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        self.files.names(folder)
    }
}

impl CatalogueFiles for FolderFiles {
    fn display_path(&self, path: &str) -> PathBuf {
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

/// A catalogue in memory, such as the files of an image below `app/repos`.
#[derive(Debug, Clone)]
pub struct MemoryFiles {
    name: String,
    files: BTreeMap<String, FileEntry>,
    /// Symbolic links to a file, with the path that each resolves to.
    links: BTreeMap<String, String>,
}

impl MemoryFiles {
    /// The catalogue in these contents of the image of this name.
    #[must_use]
    pub fn new(name: impl Into<String>, contents: ImageContents) -> Self {
        let oversized = contents.oversized.into_iter().map(|(path, size)| (path, FileEntry::Size(size)));
        let irregular = contents.irregular.into_iter().map(|(path, other)| (path, FileEntry::Other(other)));
        let files = contents.files.into_iter().map(|(path, bytes)| (path, FileEntry::Content(bytes)));
        let files = oversized.chain(irregular).chain(files).collect();
        Self { name: name.into(), files, links: contents.links }
    }
}

impl FileSet for MemoryFiles {
    fn entry(&self, path: &str, within: Option<&str>, limit: usize) -> Option<FileEntry> {
        let target = self.links.get(path).map(String::as_str);
        let is_inside = |target: &str| match within {
            None => true,
            Some(folder) => target.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
        };
        if target.is_some_and(|target| !is_inside(target)) {
            return Some(FileEntry::Other(NonRegular::EscapingLink));
        }
        match self.files.get(target.unwrap_or(path)) {
            Some(FileEntry::Content(bytes)) if bytes.len() > limit => {
                Some(FileEntry::Size(bytes.len() as u64))
            }
            Some(entry) => Some(entry.clone()),
            None => {
                let prefix = format!("{path}/");
                let below = self.files.range(prefix.clone()..).next();
                let is_folder = below.is_some_and(|(path, _)| path.starts_with(&prefix));
                is_folder.then_some(FileEntry::Other(NonRegular::Folder))
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

impl CatalogueFiles for MemoryFiles {
    fn display_path(&self, path: &str) -> PathBuf {
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

/// Whether this is a catalogue: it has a list of repositories.
#[must_use]
pub fn is_catalogue(place: &dyn CatalogueFiles) -> bool {
    place.entry(SHAS, None, MAX_BYTES).is_some_and(|entry| entry.size().is_some())
}

/// The bytes of a regular file of a catalogue; `None` if it does not exist.
///
/// # Errors
/// The file cannot be read, or is larger than `limit`.
pub fn bytes(place: &dyn CatalogueFiles, path: &str, limit: usize) -> Result<Option<Vec<u8>>, ReadError> {
    let io = |kind, why: String| ReadError::Io {
        path: place.display_path(path),
        error: io::Error::new(kind, why),
    };
    match place.entry(path, None, limit) {
        None => Ok(None),
        Some(FileEntry::Content(bytes)) => Ok(Some(bytes)),
        Some(FileEntry::Size(_)) => {
            Err(ReadError::TooMany { path: place.display_path(path), what: "bytes", limit: limit as u64 })
        }
        Some(FileEntry::Other(NonRegular::Unreadable)) => {
            Err(io(io::ErrorKind::PermissionDenied, NonRegular::Unreadable.reason()))
        }
        Some(FileEntry::Other(other)) => Err(io(io::ErrorKind::Other, other.reason())),
    }
}

pub(crate) fn text(
    place: &dyn CatalogueFiles,
    path: &str,
    limit: usize,
) -> Result<Option<String>, ReadError> {
    let Some(bytes) = bytes(place, path, limit)? else { return Ok(None) };
    String::from_utf8(bytes).map(Some).map_err(|error| ReadError::Io {
        path: place.display_path(path),
        error: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}
