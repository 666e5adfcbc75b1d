//! Where settings come from: the `start-points.toml` that applies to a path, and `START_POINTS_*` variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;
use start_points::nearest::nearest;
use start_points_io::read_regular_file;

use crate::error::WorkspaceError;
use crate::path::{key_of, parent, shown};

/// The name of the settings file.
pub const SETTINGS_FILE: &str = "start-points.toml";

/// The most bytes of a settings file.
const MAX_BYTES: u64 = 64 << 10;

/// The contents of a settings file; `schemas/settings.schema.json` describes them to editors.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsFile {
    pub(crate) kind: Option<String>,
    pub(crate) dialect: Option<String>,
    pub(crate) format: Option<String>,
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
    #[serde(default)]
    pub(crate) error_on_warnings: bool,
    #[serde(default)]
    pub(crate) rules: BTreeMap<String, String>,
}

/// The folder of the settings file that applies to a path: the nearest one above it, inside its git repository.
#[must_use]
pub fn settings_folder(path: &Path) -> Option<PathBuf> {
    SettingsFolders::default().find(path)
}

/// Finds settings files, and remembers where they are for the paths beside.
#[derive(Debug, Default)]
pub struct SettingsFolders {
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl SettingsFolders {
    /// More folders than any path has above it. Beyond that, old results are not worth their memory.
    const MAX_KNOWN: usize = 256;

    /// The folder of the settings file that applies to a path.
    pub fn find(&mut self, path: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(path).ok()?;
        if self.known.len() > Self::MAX_KNOWN {
            self.known.clear();
        }
        let mut passed = Vec::new();
        let mut result = None;
        for folder in absolute.ancestors() {
            if let Some(known) = self.known.get(folder) {
                result = known.clone();
                break;
            }
            passed.push(folder);
            if folder.join(SETTINGS_FILE).is_file() {
                result = Some(folder.to_owned());
                break;
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        self.known.extend(passed.into_iter().map(|folder| (folder.to_owned(), result.clone())));
        result
    }
}

/// Reads and parses a settings file.
pub(crate) fn read_settings_file(path: &Path) -> Result<SettingsFile, WorkspaceError> {
    let is_inside = || Some(fs::canonicalize(path).ok()?.starts_with(fs::canonicalize(parent(path)).ok()?));
    if path.is_symlink() && is_inside() != Some(true) {
        let message = format!("`{}` is a symbolic link that leads out of its folder", shown(path));
        return Err(WorkspaceError::settings(message, "replace the link with the file itself"));
    }
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| {
        let known = ["kind", "dialect", "format", "exclude", "error_on_warnings", "rules"];
        let word = error.message().strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
        let near = word.and_then(|(word, _)| nearest(word, known));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known settings: {}; see `start-points schema settings`", known.join(", ")),
        };
        WorkspaceError::settings(format!("{}: {}", shown(path), error.to_string().trim_end()), hint)
    })
}

/// The text of a settings file.
fn read_text(path: &Path) -> Result<String, WorkspaceError> {
    let bytes = read_regular_file(path, MAX_BYTES)
        .map_err(|error| WorkspaceError::Path { path: path.to_owned(), error })?;
    let error =
        |why: &str| WorkspaceError::Settings { message: format!("`{}` {why}", key_of(path)), hint: None };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(error(&format!("is larger than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| error("is not UTF-8"))
}

/// The `START_POINTS_*` variables, by the lower-case rest of their names; an unknown one is an error.
pub(crate) fn read_environment() -> Result<BTreeMap<&'static str, String>, WorkspaceError> {
    const KNOWN: [&str; 3] = ["START_POINTS_KIND", "START_POINTS_DIALECT", "START_POINTS_FORMAT"];
    let mut found = BTreeMap::new();
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("START_POINTS_")) else { continue };
        let not_utf8 = |_| WorkspaceError::Settings { message: format!("{name} is not UTF-8"), hint: None };
        let value = value.into_string().map_err(not_utf8)?;
        match name {
            "START_POINTS_KIND" => found.insert("kind", value),
            "START_POINTS_DIALECT" => found.insert("dialect", value),
            "START_POINTS_FORMAT" => found.insert("format", value),
            _ => {
                let hint = match nearest(name, KNOWN) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known are {}", KNOWN.join(", ")),
                };
                return Err(WorkspaceError::settings(format!("unknown environment variable {name}"), hint));
            }
        };
    }
    Ok(found)
}
