//! Settings: `start-points.toml` at the top of a repository, overridden by `START_POINTS_*`, overridden by flags.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{env, fs};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use start_points::check::CheckOptions;
use start_points::levels::{Level, LevelError, Levels};
use start_points::nearest::nearest;
use start_points::{DialectChoice, Kind};

use crate::Error;
use crate::path::{parent, shown};
use crate::read::read_text;

/// The name of the settings file.
pub const FILE: &str = "start-points.toml";

/// The most bytes of a settings file.
const MAX_BYTES: u64 = 64 << 10;

/// What the settings file holds; `schemas/settings.schema.json` says it to editors.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: Option<String>,
    dialect: Option<String>,
    format: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    error_on_warnings: bool,
    #[serde(default)]
    rules: BTreeMap<String, String>,
}

/// The settings of one repository, with flags and environment over them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The kind of every manifest, where it is set.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: DialectChoice,
    /// The output format.
    pub format: Format,
    /// Rule levels.
    pub levels: Levels,
    /// What is left out, relative to the folder of the settings file.
    pub excluded: Gitignore,
    /// Whether a warning fails a check as an error does.
    pub error_on_warnings: bool,
}

impl Settings {
    /// How start-points are checked by them.
    #[must_use]
    pub fn check_options(&self, tag: Option<&str>) -> CheckOptions {
        CheckOptions {
            kind: self.kind,
            dialect: self.dialect,
            tag: tag.map(str::to_owned),
            levels: self.levels.clone(),
            ..CheckOptions::default()
        }
    }
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// With source lines.
    #[default]
    Full,
    /// One line a fault.
    Concise,
    /// The report.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub annotations.
    Github,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Github];

    /// The word for it in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| {
            format!(
                "`{word}` is none of {}",
                Self::ALL.map(|format| format!("`{}`", format.as_str())).join(", ")
            )
        })
    }
}

/// What a caller says, which counts before environment and file.
#[derive(Debug, Clone)]
pub struct Flags {
    /// The kind of every manifest.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: Option<DialectChoice>,
    /// The git tag that the source URL names.
    pub tag: Option<String>,
    /// The output format.
    pub format: Option<Format>,
    /// Rule levels.
    pub levels: Vec<(String, Level)>,
    /// The most faults of one text, where it is not the engine's default.
    pub max_faults: Option<usize>,
    /// Globs to leave out, beside those of the file.
    pub exclude: Vec<String>,
    /// Whether a warning fails a check, whatever the file says.
    pub error_on_warnings: bool,
    /// Whether `start-points.toml` is read.
    pub file: bool,
    /// Whether `START_POINTS_*` are read.
    pub environment: bool,
}

impl Default for Flags {
    /// Nothing is said; file and environment are read.
    fn default() -> Self {
        Self {
            kind: None,
            dialect: None,
            tag: None,
            format: None,
            levels: Vec::new(),
            max_faults: None,
            exclude: Vec::new(),
            error_on_warnings: false,
            file: true,
            environment: true,
        }
    }
}

/// The folder of the settings file that counts for a path: the nearest one above it, inside its git repository.
#[must_use]
pub fn folder_for(path: &Path) -> Option<PathBuf> {
    Folders::default().of(path)
}

/// Where settings files were found, so that neighbours need not look again.
#[derive(Debug, Default)]
pub struct Folders {
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Folders {
    /// More folders than are above one another; beyond them the oldest answers are not worth their memory.
    const MAX_KNOWN: usize = 256;

    /// The folder of the settings file that counts for a path.
    pub fn of(&mut self, path: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(path).ok()?;
        if self.known.len() > Self::MAX_KNOWN {
            self.known.clear();
        }
        let mut passed = Vec::new();
        let mut answer = None;
        for folder in absolute.ancestors() {
            if let Some(known) = self.known.get(folder) {
                answer = known.clone();
                break;
            }
            passed.push(folder);
            if folder.join(FILE).is_file() {
                answer = Some(folder.to_owned());
                break;
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        self.known.extend(passed.into_iter().map(|folder| (folder.to_owned(), answer.clone())));
        answer
    }
}

/// Reads the settings file in `folder`, where there is one, and puts environment and flags over it.
///
/// # Errors
/// What cannot be read, and what nothing reads, with the nearest name.
pub fn read(folder: Option<&Path>, flags: &Flags) -> Result<Settings, Error> {
    let path = folder.map(|folder| folder.join(FILE));
    let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
    let place = path.as_deref().map(shown).unwrap_or_default();
    let environment = if flags.environment { environment()? } else { BTreeMap::new() };
    let mut levels = Levels::new();
    for (rule, level) in &file.rules {
        level
            .parse()
            .and_then(|level| levels.set(rule, level))
            .map_err(|error: LevelError| Error::settings(format!("{place}: [rules] {error}"), RULES_HINT))?;
    }
    for (rule, level) in &flags.levels {
        levels.set(rule, *level).map_err(Error::Level)?;
    }
    let mut excluded = GitignoreBuilder::new(folder.unwrap_or(Path::new("")));
    for glob in file.exclude.iter().chain(&flags.exclude) {
        excluded.add_line(None, glob).map_err(|error| {
            Error::settings(format!("exclude `{glob}`: {error}"), "write a glob of .gitignore")
        })?;
    }
    Ok(Settings {
        kind: flags.kind.or(chosen("kind", &environment, &file.kind, &place)?),
        dialect: flags
            .dialect
            .or(chosen("dialect", &environment, &file.dialect, &place)?)
            .unwrap_or_default(),
        format: flags.format.or(chosen("format", &environment, &file.format, &place)?).unwrap_or_default(),
        levels,
        error_on_warnings: flags.error_on_warnings || file.error_on_warnings,
        excluded: excluded
            .build()
            .map_err(|error| Error::settings(error.to_string(), "write globs of .gitignore"))?,
    })
}

pub(crate) const RULES_HINT: &str = "`start-points explain` lists the rules";

fn read_file(path: &Path) -> Result<File, Error> {
    let is_inside = || Some(fs::canonicalize(path).ok()?.starts_with(fs::canonicalize(parent(path)).ok()?));
    if path.is_symlink() && is_inside() != Some(true) {
        let message = format!("`{}` is a symbolic link out of its folder", shown(path));
        return Err(Error::settings(message, "put the settings themselves there"));
    }
    let text = read_text(path, MAX_BYTES)?;
    toml::from_str(&text).map_err(|error| {
        let known = ["kind", "dialect", "format", "exclude", "error_on_warnings", "rules"];
        let word = error.message().strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
        let near = word.and_then(|(word, _)| nearest(word, known));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("settings are {}: `start-points schema settings` says more", known.join(", ")),
        };
        Error::settings(format!("{}: {}", shown(path), error.to_string().trim_end()), hint)
    })
}

/// `START_POINTS_*`, by the lower-case rest of the name; one that nothing reads is an error.
fn environment() -> Result<BTreeMap<&'static str, String>, Error> {
    const KNOWN: [&str; 3] = ["START_POINTS_KIND", "START_POINTS_DIALECT", "START_POINTS_FORMAT"];
    let mut found = BTreeMap::new();
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("START_POINTS_")) else { continue };
        let not_utf8 = |_| Error::Settings { message: format!("{name} is not UTF-8"), hint: None };
        let value = value.into_string().map_err(not_utf8)?;
        match name {
            "START_POINTS_KIND" => found.insert("kind", value),
            "START_POINTS_DIALECT" => found.insert("dialect", value),
            "START_POINTS_FORMAT" => found.insert("format", value),
            _ => {
                let hint = match nearest(name, KNOWN) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known: {}", KNOWN.join(", ")),
                };
                return Err(Error::settings(format!("nothing reads the setting {name}"), hint));
            }
        };
    }
    Ok(found)
}

/// The value of a setting: the environment's, or else the file's.
fn chosen<T>(
    name: &str,
    environment: &BTreeMap<&'static str, String>,
    file: &Option<String>,
    place: &str,
) -> Result<Option<T>, Error>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let (word, place) = match (environment.get(name), file) {
        (Some(word), _) => (word, format!("START_POINTS_{}", name.to_uppercase())),
        (None, Some(word)) => (word, format!("{place}: {name}")),
        (None, None) => return Ok(None),
    };
    let failed = |error| Error::Settings { message: format!("{place}: {error}"), hint: None };
    word.parse().map(Some).map_err(failed)
}
