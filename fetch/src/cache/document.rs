//! Small documents by name: what somebody else was asked for and may be asked again.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use start_points_replace::quick_file;

use super::{Freed, key, trim};

pub(super) const FOLDER: &str = "documents";

/// The most bytes of a document.
const MAX_BYTES: u64 = 1 << 20;

/// The most documents; beyond them those that were not used for longest go.
const MOST: usize = 2_000;

pub(super) fn read(cache: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    let path = path(cache, name);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    // What was used last is removed last; a cache that may only be read stays as it is.
    let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
    Ok((bytes.len() as u64 <= MAX_BYTES).then_some(bytes))
}

pub(super) fn write(cache: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() as u64 > MAX_BYTES {
        return Ok(());
    }
    quick_file(&path(cache, name), bytes)
}

pub(super) fn trim(cache: &Path, freed: &mut Freed) -> io::Result<()> {
    let mut documents = trim::found(&cache.join(FOLDER))?;
    documents.sort_by_key(|document| document.used);
    let surplus = documents.len().saturating_sub(MOST);
    documents.iter().take(surplus).try_for_each(|document| freed.remove(document))
}

fn path(cache: &Path, name: &str) -> PathBuf {
    cache.join(FOLDER).join(key(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use std::fs;

    #[test]
    fn documents_are_kept_by_name_and_the_surplus_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        assert_eq!(cache.document("../a").unwrap(), None);
        cache.keep_document("../a", b"1").unwrap();
        assert_eq!(cache.document("../a").unwrap().as_deref(), Some(&b"1"[..]));
        cache.keep_document("large", &vec![0; 1 + (1 << 20)]).unwrap();
        assert_eq!(cache.document("large").unwrap(), None);
        for index in 0..MOST {
            fs::write(path(folder.path(), &index.to_string()), b"x").unwrap();
        }
        let old = File::options().append(true).open(path(folder.path(), "7")).unwrap();
        old.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(cache.trim().unwrap(), Freed { files: 1, bytes: 1 });
        assert_eq!(cache.document("7").unwrap(), None);
        drop(cache);
        assert_eq!(Cache::clean(folder.path()).unwrap().files, MOST);
    }
}
