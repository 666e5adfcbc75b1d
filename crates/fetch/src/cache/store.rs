//! Bytes named by their digest, and checked against it whenever they are read.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use start_points_io::quick_file;

use super::{hex, read_if_there};

pub(super) const FOLDER: &str = "blobs/sha256";

pub(super) fn path(cache: &Path, digest: &str) -> PathBuf {
    cache.join(FOLDER).join(digest)
}

pub(super) fn write(cache: &Path, bytes: &[u8]) -> io::Result<String> {
    let digest = hex(&Sha256::digest(bytes));
    quick_file(&path(cache, &digest), bytes)?;
    Ok(digest)
}

pub(super) fn read(cache: &Path, digest: &str) -> io::Result<Option<Vec<u8>>> {
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let path = path(cache, digest);
    let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
    if hex(&Sha256::digest(&bytes)) != digest {
        let _ = fs::remove_file(&path);
        return Ok(None);
    }
    // What was used last is trimmed last; a cache that may only be read stays as it is.
    let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;

    #[test]
    fn bytes_come_back_unless_they_changed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let digest = cache.keep_blob(b"abc").unwrap();
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(cache.blob(&digest).unwrap().as_deref(), Some(&b"abc"[..]));
        fs::write(path(folder.path(), &digest), b"abd").unwrap();
        assert_eq!(cache.blob(&digest).unwrap(), None);
        assert_eq!(cache.blob("../../etc/passwd").unwrap(), None);
    }
}
