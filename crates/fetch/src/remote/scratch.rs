//! Bare repositories to fetch into, gone when dropped.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::REMOTE;

/// The bytes of a large pack.
const LARGE: u64 = 1 << 20;

/// An empty bare repository with a remote that may leave objects out.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// Makes one below `folder`. It is written here: `git init` would copy a template, hooks and all.
    pub(crate) fn new(folder: &Path, sha256: bool) -> io::Result<Self> {
        let scratch = tempfile::Builder::new().prefix("git-").tempdir_in(folder)?;
        fs::create_dir(scratch.path().join("objects"))?;
        fs::create_dir(scratch.path().join("refs"))?;
        fs::write(scratch.path().join("HEAD"), "ref: refs/heads/none\n")?;
        let format = if sha256 { "\tobjectFormat = sha256\n" } else { "" };
        let configuration = format!(
            "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n[extensions]\n\tpartialClone = {REMOTE}\n{format}[remote \"{REMOTE}\"]\n\tpromisor = true\n"
        );
        fs::write(scratch.path().join("config"), configuration)?;
        Ok(Self(scratch))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A place for the objects of one repository among many. It goes with all the others: file systems are slow
    /// to make files while others are being removed.
    pub(crate) fn objects(&self) -> io::Result<Objects> {
        let folder = tempfile::Builder::new().prefix("objects-").tempdir_in(self.path())?;
        fs::create_dir(folder.path().join("pack"))?;
        Ok(Objects(folder.keep()))
    }
}

/// The objects of one repository among many.
#[derive(Debug)]
pub(crate) struct Objects(PathBuf);

impl Objects {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Objects {
    /// What is large goes at once.
    fn drop(&mut self) {
        let packs = fs::read_dir(self.0.join("pack")).into_iter().flatten().flatten();
        if packs.filter_map(|pack| pack.metadata().ok()).any(|pack| pack.len() > LARGE) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
