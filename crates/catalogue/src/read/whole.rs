//! Whether a catalogue is as it was made: every file by its digest, or every repository that it lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use start_points::layout;
use start_points::shown::{counted, shown};
use start_points_oci::Digest;

use super::{Place, ReadError, listed, shas, text};
use crate::layout::{DIGESTS, SHAS, digest_of};

/// The most bytes of [`DIGESTS`], which is longer than any other file.
const MAX_DIGESTS: usize = 64 << 20;

/// The most bytes of a file, which are taken in one after the other.
const MAX_FILE: usize = 64 << 20;

/// What is not as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first, by path.
    pub path: String,
    /// What became of it.
    pub what: What,
    /// How many others there are.
    pub others: usize,
}

/// What became of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A file is gone.
    Missing,
    /// A file has other bytes.
    Changed,
    /// A file has no digest.
    Added,
    /// [`SHAS`] lists a repository, of which no start-point is there.
    Lost,
    /// [`SHAS`] does not list the folder of a repository.
    Unlisted,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = shown(&self.path);
        match self.what {
            What::Missing => write!(f, "`{path}` is missing"),
            What::Changed => write!(f, "`{path}` was changed"),
            What::Added => write!(f, "`{path}` was added"),
            What::Lost => write!(f, "`{SHAS}` lists `{path}`, which holds no start-point"),
            What::Unlisted => write!(f, "`{SHAS}` does not list `{path}`"),
        }?;
        let (one, many, what) = match self.what {
            What::Missing | What::Changed | What::Added => ("differs", "differ", "other file"),
            What::Lost | What::Unlisted => ("disagrees", "disagree", "other folder"),
        };
        match self.others {
            0 => Ok(()),
            1 => write!(f, ", and 1 {what} {one}"),
            others => write!(f, ", and {} {many}", counted(others, what)),
        }
    }
}

/// Holds a catalogue against the digests that it was made with: no file may be missing, changed or added. One without
/// them, as the deployed script makes it, is held against [`SHAS`]: each line has a start-point, each folder a line.
///
/// Answers the digest of the whole, which is that of [`DIGESTS`]: the same for the same files, wherever they are.
///
/// # Errors
/// Where it is not whole, or no catalogue, or cannot be read.
pub fn verify(place: &dyn Place) -> Result<Option<Digest>, ReadError> {
    let shas = shas(place)?;
    held(place, &listed(place, &shas)?, &place.manifests()?)
}

pub(super) fn held(
    place: &dyn Place,
    listed: &BTreeMap<usize, (&str, &str)>,
    manifests: &[(usize, String)],
) -> Result<Option<Digest>, ReadError> {
    let digests = text(place, DIGESTS, MAX_DIGESTS)?;
    let found = match &digests {
        Some(digests) => against_digests(place, digests)?,
        None => against_shas(place, listed, manifests)?,
    };
    let others = found.len().saturating_sub(1);
    match found.into_iter().next() {
        Some((path, what)) => {
            Err(ReadError::NotWhole { path: place.called(""), found: Found { path, what, others } })
        }
        None => Ok(digests.map(|digests| Digest::of(digests.as_bytes()))),
    }
}

fn against_digests(place: &dyn Place, digests: &str) -> Result<BTreeMap<String, What>, ReadError> {
    let mut paths = place.paths()?;
    paths.remove(DIGESTS);
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    for (at, line) in digests.lines().enumerate() {
        let Some((digest, path)) = digest_of(line).filter(|(_, path)| seen.insert(*path)) else {
            let expected = "a digest and a path of its own";
            return Err(ReadError::Line { path: place.called(DIGESTS), line: at + 1, expected });
        };
        let what = match paths.remove(path) {
            false => What::Missing,
            true if is(place, path, &digest)? => continue,
            true => What::Changed,
        };
        found.insert(path.to_owned(), what);
    }
    let added = paths.into_iter().filter(|path| !is_durations(path, &seen));
    found.extend(added.map(|path| (path, What::Added)));
    Ok(found)
}

/// How long tests take is measured once a catalogue is there, and is put beside its manifests.
fn is_durations(path: &str, listed: &BTreeSet<&str>) -> bool {
    let manifest = layout::join(layout::folder(path), layout::MANIFEST);
    path.ends_with("/durations.json") && listed.contains(manifest.as_str())
}

fn is(place: &dyn Place, path: &str, digest: &Digest) -> Result<bool, ReadError> {
    Ok(super::bytes(place, path, MAX_FILE)?.is_some_and(|bytes| Digest::of(&bytes) == *digest))
}

fn against_shas(
    place: &dyn Place,
    listed: &BTreeMap<usize, (&str, &str)>,
    manifests: &[(usize, String)],
) -> Result<BTreeMap<String, What>, ReadError> {
    let there: BTreeSet<usize> = manifests.iter().map(|(index, _)| *index).collect();
    let lost = listed.keys().filter(|index| !there.contains(index));
    let mut found: BTreeMap<_, _> = lost.map(|index| (index.to_string(), What::Lost)).collect();
    for number in place.numbers()? {
        // `07` is a folder of its own beside `7`.
        let index = number.parse::<usize>().ok().filter(|index| index.to_string() == number);
        if !index.is_some_and(|index| listed.contains_key(&index)) {
            found.insert(number, What::Unlisted);
        }
    }
    Ok(found)
}
