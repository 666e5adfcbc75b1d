//! A bare repository to fetch into, gone when dropped.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::REMOTE;

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
}
