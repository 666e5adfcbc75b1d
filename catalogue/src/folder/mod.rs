//! Writing a catalogue as a folder: whole beside its place, onto the disk, then swapped in by a rename.
//!
//! Whenever a run is cut off, its folder is the old one or the new one. What it leaves behind, beside it, the next
//! run removes.

mod error;
mod lock;
mod same;
mod swap;
mod target;
mod temporary;
mod tree;

pub use error::WriteError;

use std::path::Path;

use start_points_fetch::Cancel;

use crate::catalogue::Catalogue;
use crate::layout::stays_inside;
use lock::Lock;
use target::Target;
use temporary::Temporary;

/// What writing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// There was none before.
    New,
    /// The one before is gone.
    Replaced,
    /// The one before is the same, file by file, and was left alone.
    Unchanged,
}

/// Whether a catalogue may be written here: nothing is here, an empty folder, or a catalogue.
///
/// # Errors
/// Where something else is here, or cannot be looked at.
pub fn check_place(folder: &Path) -> Result<(), WriteError> {
    Target::at(folder)?.is_taken().map(drop)
}

/// Writes a catalogue as a folder, which is made, or replaced where it is a catalogue.
///
/// # Errors
/// Where something else is there, the disk fails, or it was cancelled; then there is what was there before.
pub fn write(catalogue: &Catalogue, folder: &Path, cancel: &Cancel) -> Result<Written, WriteError> {
    let files = catalogue.files();
    if let Some(path) = files.keys().find(|path| !stays_inside(path)) {
        return Err(WriteError::HostilePath(start_points::shown::shown(path).into_owned()));
    }
    let target = Target::at(folder)?;
    target.make_parent()?;
    let lock = Lock::wait(&target, cancel)?;
    if lock.is_held() {
        swap::finish_interrupted(&target)?;
        temporary::remove_left_over(&target);
    }
    let taken = target.is_taken()?;
    if taken && same::is_same(target.path(), &files) {
        return Ok(Written::Unchanged);
    }
    let new = Temporary::make(&target)?;
    tree::write(&files, new.path(), cancel)?;
    if cancel.is_cancelled() {
        return Err(WriteError::Cancelled);
    }
    let exists = target.path().exists();
    swap::swap(new.path(), &target, exists).map_err(|error| WriteError::io(target.path(), error))?;
    tree::sync_folder(target.parent()).map_err(|error| WriteError::io(target.parent(), error))?;
    Ok(if taken { Written::Replaced } else { Written::New })
}
