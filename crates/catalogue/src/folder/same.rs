//! Whether a folder is what would be written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::layout::File;

/// Whether these files, and nothing else, are there. What cannot be read differs.
pub(super) fn is_same(folder: &Path, files: &BTreeMap<String, File<'_>>) -> bool {
    count(folder).is_some_and(|count| count == expected(files))
        && files.iter().all(|(path, file)| is_file(&folder.join(path), file))
}

/// How many files and folders are below; `None` where something is neither.
fn count(folder: &Path) -> Option<usize> {
    let mut found = 0;
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let kind = entry.file_type().ok()?;
        found += 1;
        match (kind.is_dir(), kind.is_file()) {
            (true, _) => found += count(&entry.path())?,
            (false, true) => {}
            (false, false) => return None,
        }
    }
    Some(found)
}

fn expected(files: &BTreeMap<String, File<'_>>) -> usize {
    let folders = files.keys().flat_map(|path| path.match_indices('/').map(|(at, _)| path.split_at(at).0));
    let mut folders: Vec<&str> = folders.collect();
    folders.sort_unstable();
    folders.dedup();
    files.len() + folders.len()
}

fn is_file(path: &Path, file: &File<'_>) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
    #[cfg(not(unix))]
    let may_run = file.executable;
    let looks_so =
        metadata.is_file() && metadata.len() == file.bytes.len() as u64 && may_run == file.executable;
    looks_so && fs::read(path).is_ok_and(|bytes| bytes == *file.bytes)
}
