//! What runs that were cut off left beside a place.

use std::fs;

use crate::error::ReplaceError;
use crate::lock;
use crate::place::Place;
use crate::swap;

/// Ends what was begun, then removes what nobody writes any more. The place must be locked.
///
/// What cannot be removed does no harm.
pub(crate) fn tidy(place: &Place) -> Result<(), ReplaceError> {
    swap::finish_interrupted(place)?;
    let prefix = place.prefix();
    let prefix = prefix.as_encoded_bytes();
    for entry in fs::read_dir(place.around()).into_iter().flatten().flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(prefix);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && lock::is_left(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
