//! Writing a catalogue as a folder: whole beside its place, then swapped in.

mod error;
mod same;
mod target;
mod tree;

pub use error::WriteError;

use std::path::Path;

use start_points_io::{Cancel, Replacement, TargetFolder, WriteOutcome};

use crate::catalogue::Catalogue;
use crate::layout::stays_inside;
use target::is_taken;

/// Whether a catalogue may be written here: nothing is here, an empty folder, or a catalogue.
///
/// # Errors
/// Where something else is here, or cannot be looked at.
pub fn check_place(folder: &Path) -> Result<(), WriteError> {
    is_taken(&TargetFolder::at(folder)?).map(drop)
}

/// Writes a catalogue as a folder, which is made, or replaced where it is a catalogue.
///
/// # Errors
/// Where something else is there, the disk fails, or it was cancelled; then there is what was there before.
pub fn write(catalogue: &Catalogue, folder: &Path, cancel: &Cancel) -> Result<WriteOutcome, WriteError> {
    let files = catalogue.files();
    if let Some(path) = files.keys().find(|path| !stays_inside(path)) {
        return Err(WriteError::HostilePath(start_points::shown::shown(path).into_owned()));
    }
    let place = TargetFolder::at(folder)?;
    is_taken(&place)?;
    // This also brings back one that a killed run left aside.
    let new = Replacement::at(place.clone(), cancel)?;
    let taken = is_taken(&place)?;
    if taken && same::is_same(place.path(), &files) {
        return Ok(WriteOutcome::Unchanged);
    }
    tree::write(&files, new.path(), cancel)?;
    new.commit()?;
    Ok(if taken { WriteOutcome::Replaced } else { WriteOutcome::New })
}
