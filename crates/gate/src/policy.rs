//! Policies and lists of risks in files.

use std::io;
use std::path::Path;

use start_points::gate::{Policy, Risks};
use start_points_workspace::{path::shown, read};

use crate::document;
use crate::error::{FileError, FileFault};
use crate::signature;

/// The most bytes of a policy or a list of risks.
const MAX_BYTES: u64 = 1 << 20;
/// The most bytes of a signature.
const MAX_SIGNATURE: u64 = 4 << 10;

/// Reads a policy from a file: JSON where its name ends in `.json`, else TOML.
///
/// # Errors
/// A file that cannot be read, or says what nothing reads.
pub fn read_policy(path: &Path) -> Result<Policy, FileError> {
    named(path, text(path, MAX_BYTES).and_then(|text| document::read(path, &text, Policy::of)))
}

/// Reads a list of risks from a file, likewise. With a key its signature has to lie beside it, under the same name and
/// [`SIGNATURE`](crate::SIGNATURE), and is verified before anything of the list is read.
///
/// # Errors
/// A file that cannot be read, says what nothing reads, or is not signed by that key.
pub fn read_risks(path: &Path, key: Option<&str>) -> Result<Risks, FileError> {
    let read = || {
        let text = text(path, MAX_BYTES)?;
        if let Some(key) = key {
            let beside = signature::beside(path);
            let signature = self::text(&beside, MAX_SIGNATURE).map_err(|fault| match fault {
                FileFault::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                    FileFault::NoSignature(shown(&beside))
                }
                fault => FileFault::Signature(fault.to_string()),
            })?;
            signature::verify(text.as_bytes(), &signature, key)?;
        }
        document::read(path, &text, |node| Risks::of("risks", node))
    };
    named(path, read())
}

fn text(path: &Path, limit: u64) -> Result<String, FileFault> {
    let bytes = read::read(path, limit).map_err(FileFault::Io)?;
    if bytes.len() as u64 > limit {
        return Err(FileFault::TooLarge(limit));
    }
    String::from_utf8(bytes).map_err(|_| FileFault::NotUtf8)
}

fn named<T>(path: &Path, read: Result<T, FileFault>) -> Result<T, FileError> {
    read.map_err(|fault| FileError { path: path.to_owned(), fault })
}
