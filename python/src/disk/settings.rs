//! Settings: `start-points.toml` of a repository, overridden by `START_POINTS_*`, overridden by arguments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use start_points::levels::Levels;
use start_points::{Dialect, Kind};

use super::Flags;
use super::read::{read as read_bytes, shown};
use crate::errors::Failure;

/// The name of the settings file.
const FILE: &str = "start-points.toml";

/// The most bytes of a settings file.
const MAX_BYTES: u64 = 64 << 10;

const FORMATS: [&str; 5] = ["full", "concise", "json", "sarif", "github"];

const KEYS: [&str; 3] = ["kind", "dialect", "format"];

const HINT: &str = "settings are kind, dialect, format, exclude, rules";

const ENVIRONMENT_HINT: &str = "known: START_POINTS_KIND, START_POINTS_DIALECT, START_POINTS_FORMAT";

const RULES_HINT: &str = "`start-points explain` lists the rules";

/// What the settings file holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: Option<String>,
    dialect: Option<String>,
    format: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    rules: BTreeMap<String, String>,
}

/// The settings of one repository, with arguments and environment over them.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) kind: Option<Kind>,
    pub(super) dialect: Dialect,
    pub(super) format: String,
    pub(super) levels: Levels,
    /// What is left out, relative to the folder of the settings file.
    pub(super) excluded: Gitignore,
}

/// The folder of the settings file that counts for a path: the nearest one above it, inside its git repository.
pub(super) fn folder_for(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    for folder in absolute.ancestors() {
        if folder.join(FILE).is_file() {
            return Some(folder.to_owned());
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads the settings file in `folder`, where there is one, and puts environment and arguments over it.
pub(super) fn read(folder: Option<&Path>, flags: &Flags) -> Result<Settings, Failure> {
    let path = folder.map(|folder| folder.join(FILE));
    let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
    let place = path.as_deref().map(shown).unwrap_or_default();
    let environment = if flags.environment { environment()? } else { BTreeMap::new() };
    let mut levels = Levels::new();
    for (rule, level) in &file.rules {
        let set = level.parse().and_then(|level| levels.set(rule, level));
        set.map_err(|error| Failure::settings(format!("{place}: [rules] {error}"), RULES_HINT))?;
    }
    for (rule, level) in &flags.judged.chosen_levels {
        levels.set(rule, *level)?;
    }
    let mut excluded = GitignoreBuilder::new(folder.unwrap_or(Path::new("")));
    for glob in file.exclude.iter().chain(&flags.exclude) {
        excluded.add_line(None, glob).map_err(|error| {
            Failure::settings(format!("exclude `{glob}`: {error}"), "write a glob of .gitignore")
        })?;
    }
    let word = |name, file: &Option<String>| chosen(name, &environment, file, &place);
    let format = match &flags.format {
        Some(format) => Some(Format(format.clone())),
        None => word("format", &file.format).map(|found| found.parse()).transpose()?,
    };
    Ok(Settings {
        kind: flags.judged.kind.or(word("kind", &file.kind).map(|found| found.parse()).transpose()?),
        dialect: match (flags.judged.dialect, word("dialect", &file.dialect)) {
            (Some(dialect), _) => dialect,
            (None, found) => found.map(|found| found.parse()).transpose()?.unwrap_or_default(),
        },
        format: format.map_or_else(|| FORMATS[0].to_owned(), |format| format.0),
        levels,
        excluded: excluded.build().map_err(|error| Failure::settings(error, "write globs of .gitignore"))?,
    })
}

fn read_file(path: &Path) -> Result<File, Failure> {
    let failed = |why: String| Failure::settings(format!("{}: {why}", shown(path)), HINT);
    let bytes = read_bytes(path, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(format!("has more than {MAX_BYTES} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
    toml::from_str(&text).map_err(|error| failed(error.to_string().trim_end().to_owned()))
}

/// `START_POINTS_*`, by the lower-case rest of the name; one that nothing reads is an error.
fn environment() -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut found = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("START_POINTS_")) else { continue };
        let Some(key) = KEYS.into_iter().find(|key| *name == format!("START_POINTS_{}", key.to_uppercase()))
        else {
            return Err(Failure::settings(format!("nothing reads the setting {name}"), ENVIRONMENT_HINT));
        };
        let value = value.into_string();
        let value = value.map_err(|_| Failure::settings(format!("{name} is not UTF-8"), ENVIRONMENT_HINT))?;
        found.insert(key, value);
    }
    Ok(found)
}

/// A word with the name of its setting, for the message where it is not known.
struct Word {
    word: String,
    place: String,
}

impl Word {
    fn parse<T: FromStr<Err: ToString>>(&self) -> Result<T, Failure> {
        let failed =
            |error: T::Err| Failure::settings(format!("{}: {}", self.place, error.to_string()), HINT);
        self.word.parse().map_err(failed)
    }
}

/// The value of a setting: the environment's, or else the file's.
fn chosen(
    name: &str,
    environment: &BTreeMap<&'static str, String>,
    file: &Option<String>,
    place: &str,
) -> Option<Word> {
    match (environment.get(name), file) {
        (Some(word), _) => {
            Some(Word { word: word.clone(), place: format!("START_POINTS_{}", name.to_uppercase()) })
        }
        (None, Some(word)) => Some(Word { word: word.clone(), place: format!("{place}: {name}") }),
        (None, None) => None,
    }
}

struct Format(String);

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if FORMATS.contains(&word) {
            return Ok(Self(word.to_owned()));
        }
        Err(format!("`{word}` is none of `{}`", FORMATS.join("`, `")))
    }
}
