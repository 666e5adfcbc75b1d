//! Reading files: bounded, and never through a pipe or device.

use std::path::{Component, Path, PathBuf};

pub use start_points_io::read_regular_file as read;

use crate::Error;
use crate::path::key_of;

/// `a/../b` as `b`: GitHub and code-scanning services compare paths as they are written.
fn without_parents(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::ParentDir => _ = normal.pop(),
            other => normal.push(other),
        }
        normal
    })
}

/// The text of a regular file of at most `limit` bytes.
///
/// # Errors
/// Where it cannot be read, is larger, or is not UTF-8; the message names it.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Error> {
    let bytes = read(path, limit).map_err(|error| Error::Path { path: path.to_owned(), error })?;
    let failed = |why: &str| Error::Settings { message: format!("`{}` {why}", key_of(path)), hint: None };
    if bytes.len() as u64 > limit {
        return Err(failed(&format!("has more than {limit} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed("is not UTF-8"))
}

/// A path as told from the top of the git repository that it is in; as it is where it is in none.
#[must_use]
pub fn from_repository_top(path: &str) -> String {
    let relative = || {
        let absolute = without_parents(&std::path::absolute(crate::path::path_of(path)).ok()?);
        let top = absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        Some(key_of(absolute.strip_prefix(top).ok()?))
    };
    relative().unwrap_or_else(|| path.to_owned())
}
