//! A manifest from standard input, as editors and hooks hand it over.

use std::io::{self, Read as _};
use std::path::Path;

use start_points_disk::{Found, Rounds};

use crate::disk;
use crate::error::Failure;
use crate::repository::{MAX_MANIFEST, parent};

/// What reports call a manifest whose place is not known.
const NAME: &str = "<stdin>";

/// Checks standard input as the manifest at `filename`, whose neighbours are looked at where they are there.
pub(crate) fn check(rounds: &mut Rounds, filename: Option<&Path>) -> Result<Found, Failure> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_MANIFEST + 1).read_to_end(&mut bytes)?;
    let name = filename.map_or_else(|| NAME.to_owned(), disk::shown);
    Ok(rounds.check_text(&name, &bytes, filename.filter(|path| parent(path).is_dir()))?)
}
