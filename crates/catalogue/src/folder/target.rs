//! What is in the place of a catalogue.

use std::ffi::OsStr;
use std::fs;
use std::io;

use start_points_io::TargetFolder;

use super::error::WriteError;
use crate::layout::{DIGESTS, KIND, SHAS, is_number};

/// Whether a catalogue is there that will be replaced.
pub(super) fn is_taken(place: &TargetFolder) -> Result<bool, WriteError> {
    let Some(entries) = place.entries()? else { return Ok(false) };
    let no_catalogue = |found| WriteError::NotACatalogue { folder: place.path().to_owned(), found };
    if let Some(other) = entries.iter().find(|entry| !belongs(&entry.file_name(), entry.file_type())) {
        let name = other.file_name().to_string_lossy().into_owned();
        return Err(no_catalogue(format!("it holds `{}`", start_points::shown::shown(&name))));
    }
    if !entries.is_empty() && entries.iter().all(|entry| entry.file_name() != SHAS) {
        return Err(no_catalogue(format!("it has no `{SHAS}`")));
    }
    Ok(!entries.is_empty())
}

/// Whether a catalogue has such an entry at its top.
fn belongs(name: &OsStr, kind: io::Result<fs::FileType>) -> bool {
    let Ok(kind) = kind else { return false };
    if name == SHAS || name == KIND || name == DIGESTS {
        return kind.is_file();
    }
    name.to_str().is_some_and(is_number) && kind.is_dir()
}
