//! Folders beside a catalogue for what is written or on its way out.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::WriteError;
use super::target::Target;

/// How many names are tried.
const NAMES: usize = 100;

/// A folder that is removed when dropped, with whatever is in it then.
#[derive(Debug)]
pub(super) struct Temporary(PathBuf);

impl Temporary {
    pub(super) fn make(target: &Target) -> Result<Self, WriteError> {
        let mut last = ErrorKind::AlreadyExists.into();
        for number in 0..NAMES {
            let path = target.beside(&format!("{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(WriteError::io(&path, error)),
            }
        }
        Err(WriteError::io(target.path(), last))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes what runs that were killed left beside it. What cannot be removed does no harm.
pub(super) fn remove_left_over(target: &Target) {
    let prefix = target.prefix();
    let prefix = prefix.as_encoded_bytes();
    for entry in fs::read_dir(target.parent()).into_iter().flatten().flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(prefix);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
