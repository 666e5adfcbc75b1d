//! Start-points made for tests, and folders looked at as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;

use crate::git::{Change, GitRepository};

/// MadeFiles of a repository, by path.
pub type MadeFiles = Vec<(&'static str, String)>;

/// The files of a languages repository whose start-point has this display name, and no fault.
#[must_use]
pub fn languages(display_name: &str) -> MadeFiles {
    let manifest = format!(
        "{{\n  \"display_name\": \"{display_name}\",\n  \"visible_filenames\": [\"hiker.c\", \"cyber-dojo.sh\"],\n  \
         \"filename_extension\": \".c\"\n}}\n"
    );
    vec![
        ("start_point/manifest.json", manifest),
        ("start_point/hiker.c", "int x;\n".to_owned()),
        ("start_point/cyber-dojo.sh", "make\n".to_owned()),
        ("docker/Dockerfile", "FROM alpine:3.20\n".to_owned()),
        ("docker/image_name.json", "{\"image_name\": \"cyberdojofoundation/gcc\"}\n".to_owned()),
    ]
}

/// Adds a commit with these files; answers its sha.
///
/// # Errors
/// Where git fails.
pub fn commit(repository: &GitRepository, files: &[(&str, impl AsRef<str>)]) -> Result<String> {
    let changes: Vec<_> =
        files.iter().map(|(path, text)| (*path, Change::File(text.as_ref().as_bytes()))).collect();
    repository.commit(&changes)
}

/// Every file below a folder, by path.
///
/// # Errors
/// Where something cannot be read.
pub fn snapshot(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(at) = left.pop() {
        for entry in fs::read_dir(at)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                left.push(entry.path());
            } else {
                let path = entry.path();
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.insert(name, fs::read(path)?);
            }
        }
    }
    Ok(found)
}
