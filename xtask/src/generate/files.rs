//! Generated files, and those that do not belong among them.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;

use crate::repository;

/// Generated files: path from the top of the repository → content.
pub(super) type GeneratedFiles = BTreeMap<String, String>;

/// Files that do not belong into a folder of generated files.
pub(super) fn left_over(folder: &str, files: &GeneratedFiles) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(repository::path(folder)) else { return Ok(found) };
    for entry in entries {
        let path = format!("{folder}/{}", entry?.file_name().display());
        if !files.contains_key(&path) {
            found.push(path);
        }
    }
    Ok(found)
}
