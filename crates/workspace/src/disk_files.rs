//! Files on disk for the engine: bounded, never through a pipe or device, and no link out of a repository.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use start_points::check::FileSet;
use start_points::files::{FileEntry, NonRegular};
use start_points::layout;
use start_points::text_map::TextMap;
use start_points_io::read_regular_file;

use crate::path::{key_of, parent, path_of};

/// The most files of a folder that are listed.
const MAX_FOLDER_ENTRIES: usize = 10_000;

/// More folders than any path has above it. Beyond that, old results are not worth their memory.
const MAX_KNOWN: usize = 256;

/// Files on disk. Keys are [`key_of`] paths, relative to the current folder where those are.
#[derive(Debug, Default)]
pub struct DiskFiles {
    below: Option<PathBuf>,
    roots: Vec<PathBuf>,
    tops: Mutex<HashMap<PathBuf, RepositoryTop>>,
    overlays: TextMap<Vec<u8>>,
}

/// The folder that links may not lead out of.
#[derive(Debug, Clone)]
struct RepositoryTop {
    path: PathBuf,
    /// The real folder of the file itself.
    folder: PathBuf,
    /// Whether a link leads there.
    through_link: bool,
    is_repository: bool,
}

impl DiskFiles {
    /// Files outside of repositories belong to the current folder if they are below it, otherwise to the innermost of
    /// these paths around them.
    #[must_use]
    pub fn new<P: AsRef<Path>>(roots: &[P]) -> Self {
        let here = std::env::current_dir().and_then(fs::canonicalize).ok();
        let around = |root: PathBuf| here.clone().filter(|here| root.starts_with(here)).unwrap_or(root);
        let real = roots.iter().filter_map(|root| fs::canonicalize(root).ok());
        let folder = |root: PathBuf| if root.is_dir() { root } else { parent(&root).to_owned() };
        let mut roots: Vec<PathBuf> = real.map(folder).map(around).collect();
        roots.sort_by_key(|root| std::cmp::Reverse(root.as_os_str().len()));
        Self { roots, ..Self::default() }
    }

    /// The files below a folder, which is a repository of its own; keys are relative to it.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        Self { below: Some(folder.to_owned()), ..Self::default() }
    }

    /// Overlays a file with this text, like an editor's unsaved buffer.
    pub fn overlay(&mut self, key: impl Into<Arc<str>>, bytes: Vec<u8>) {
        self.overlays.insert(key, bytes);
    }

    /// Every overlaid text.
    #[must_use]
    pub fn overlays(&self) -> &TextMap<Vec<u8>> {
        &self.overlays
    }

    /// Removes every overlay.
    pub fn clear_overlays(&mut self) {
        self.overlays = TextMap::new();
    }

    /// The file that a key names.
    #[must_use]
    pub fn path(&self, key: &str) -> PathBuf {
        match &self.below {
            Some(folder) => folder.join(path_of(key)),
            None => path_of(key),
        }
    }

    /// The real top of a file's repository, or of the path that was given around it.
    #[must_use]
    pub fn top(&self, path: &Path) -> Option<PathBuf> {
        self.top_of(path).map(|top| top.path)
    }

    fn top_of(&self, path: &Path) -> Option<RepositoryTop> {
        let folder = parent(path);
        if let Some(known) = self.known().get(folder) {
            return Some(known.clone());
        }
        let mut base = folder;
        while base.is_symlink() {
            base = parent(base);
        }
        let real = fs::canonicalize(base).ok()?;
        let repository = match &self.below {
            Some(below) => fs::canonicalize(below).ok(),
            None => repository_top(&real),
        };
        let root = || self.roots.iter().find(|root| real.starts_with(root)).cloned();
        let top = RepositoryTop {
            folder: fs::canonicalize(folder).ok()?,
            through_link: base != folder,
            is_repository: repository.is_some(),
            path: repository.or_else(root).unwrap_or(real),
        };
        let mut known = self.known();
        if known.len() > MAX_KNOWN {
            known.clear();
        }
        known.insert(folder.to_owned(), top.clone());
        Some(top)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<PathBuf, RepositoryTop>> {
        self.tops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a path, with every link followed, stays in the folder `within`, or in its repository.
    fn stays_inside(&self, path: &Path, is_link: bool, within: Option<&str>) -> bool {
        let folder = match within {
            Some(within) => {
                let within = self.path(within);
                if !is_link && path.parent() == Some(&within) {
                    return true;
                }
                fs::canonicalize(within).ok()
            }
            None => {
                let Some(top) = self.top_of(path) else { return false };
                if !is_link && !top.through_link {
                    return true;
                }
                Some(top.path)
            }
        };
        matches!((folder, fs::canonicalize(path)), (Some(folder), Ok(real)) if real.starts_with(&folder))
    }
}

impl FileSet for DiskFiles {
    fn entry(&self, key: &str, within: Option<&str>, limit: usize) -> Option<FileEntry> {
        if let Some(bytes) = self.overlays.get(key) {
            let is_read = bytes.len() <= limit;
            return Some(if is_read {
                FileEntry::Content(bytes.clone())
            } else {
                FileEntry::Size(bytes.len() as u64)
            });
        }
        let path = self.path(key);
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return entry_for_error(&error),
        };
        let is_link = metadata.is_symlink();
        if !self.stays_inside(&path, is_link, within) {
            return Some(FileEntry::Other(NonRegular::EscapingLink));
        }
        let metadata = if is_link { fs::metadata(&path) } else { Ok(metadata) };
        let metadata = match metadata {
            Ok(metadata) => metadata,
            Err(error) => return entry_for_error(&error),
        };
        if metadata.is_dir() {
            return Some(FileEntry::Other(NonRegular::Folder));
        }
        if !metadata.is_file() {
            return Some(FileEntry::Other(NonRegular::Special));
        }
        if metadata.len() > limit as u64 {
            return Some(FileEntry::Size(metadata.len()));
        }
        Some(match read_regular_file(&path, limit as u64) {
            Ok(bytes) if bytes.len() > limit => FileEntry::Size(bytes.len() as u64),
            Ok(bytes) => FileEntry::Content(bytes),
            Err(_) => FileEntry::Other(NonRegular::Unreadable),
        })
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries =
            fs::read_dir(self.path(folder)).into_iter().flatten().flatten().take(MAX_FOLDER_ENTRIES);
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let on_disk = files.map(|entry| key_of(Path::new(&entry.file_name())));
        let prefix = if matches!(folder, "" | ".") { String::new() } else { format!("{folder}/") };
        let shown = self.overlays.beginning_with(&prefix).filter_map(|(key, _)| key.strip_prefix(&*prefix));
        on_disk.chain(shown.filter(|name| !name.contains('/')).map(str::to_owned)).collect()
    }

    fn place<'p>(&self, key: &'p str) -> Cow<'p, str> {
        let path = path_of(key);
        if self.below.is_some() {
            return Cow::Borrowed(key);
        }
        let (Some(top), Some(name)) = (self.top_of(&path), path.file_name()) else {
            return Cow::Borrowed(key);
        };
        let real = top.folder.join(name);
        let below = real.strip_prefix(&top.path).map(key_of).unwrap_or_default();
        if top.is_repository || layout::kind_of_place(&below).is_some() {
            return below.into();
        }
        // Outside of repositories, the folders around the given path tell the kind.
        let around = key_of(&real);
        if layout::kind_of_place(&around).is_some() { around.into() } else { below.into() }
    }
}

/// What a failed `stat` means: no file, or an unreadable one.
fn entry_for_error(error: &io::Error) -> Option<FileEntry> {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidInput
        | ErrorKind::InvalidFilename => None,
        _ => Some(FileEntry::Other(NonRegular::Unreadable)),
    }
}

/// The innermost folder with a `.git`. In a submodule that is a file, and the repository around it counts:
/// <https://git-scm.com/docs/gitsubmodules>.
fn repository_top(folder: &Path) -> Option<PathBuf> {
    let mut tops = folder.ancestors().filter(|folder| folder.join(".git").exists());
    let inner = tops.next()?;
    let outer = if inner.join(".git").is_file() { tops.next() } else { None };
    Some(outer.unwrap_or(inner).to_owned())
}
