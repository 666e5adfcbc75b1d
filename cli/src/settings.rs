//! Settings: `start-points.toml` at the top of a repository, overridden by `START_POINTS_*`, overridden by flags.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use start_points::levels::{Level, Levels};
use start_points::nearest::nearest;
use start_points::{Dialect, Kind};

use crate::arguments::{CheckArguments, CreateArguments, Format, JudgedArguments};
use crate::disk;
use crate::error::Failure;

/// The name of the settings file.
pub(crate) const FILE: &str = "start-points.toml";

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
    rules: BTreeMap<String, String>,
}

/// The settings of one repository, with flags and environment over them.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The kind of every manifest, where it is set.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: Dialect,
    /// The output format.
    pub format: Format,
    /// Rule levels.
    pub levels: Levels,
    /// What is left out, relative to the folder of the settings file.
    pub excluded: Gitignore,
}

/// What flags say of settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    kind: Option<Kind>,
    dialect: Option<Dialect>,
    format: Option<Format>,
    level: Vec<(String, Level)>,
    exclude: Vec<String>,
}

impl From<&CheckArguments> for Flags {
    fn from(arguments: &CheckArguments) -> Self {
        Self {
            format: arguments.format,
            level: arguments.level.clone(),
            exclude: arguments.exclude.clone(),
            ..Self::from(&arguments.judged)
        }
    }
}

impl From<&JudgedArguments> for Flags {
    fn from(judged: &JudgedArguments) -> Self {
        Self { kind: judged.kind, dialect: judged.dialect, ..Self::default() }
    }
}

impl From<&CreateArguments> for Flags {
    fn from(arguments: &CreateArguments) -> Self {
        Self { dialect: arguments.dialect, format: arguments.format, ..Self::default() }
    }
}

impl Flags {
    /// Only the dialect.
    pub(crate) fn dialect(dialect: Option<Dialect>) -> Self {
        Self { dialect, ..Self::default() }
    }
}

/// The folder of the settings file that counts for a path: the nearest one above it, inside its git repository.
pub(crate) fn folder_for(path: &Path) -> Option<PathBuf> {
    Folders::default().of(path)
}

/// Where settings files were found, so that neighbours need not look again.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Folders {
    /// More folders than are above one another; beyond them the oldest answers are not worth their memory.
    const MAX_KNOWN: usize = 256;

    /// The folder of the settings file that counts for a path.
    pub(crate) fn of(&mut self, path: &Path) -> Option<PathBuf> {
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
pub(crate) fn read(folder: Option<&Path>, flags: &Flags) -> Result<Settings, Failure> {
    let path = folder.map(|folder| folder.join(FILE));
    let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
    let place = path.as_deref().map(disk::shown).unwrap_or_default();
    let environment = environment()?;
    let mut levels = Levels::new();
    for (rule, level) in &file.rules {
        let set = level.parse().and_then(|level| levels.set(rule, level));
        set.map_err(|error| Failure::with_hint(format!("{place}: [rules] {error}"), RULES_HINT))?;
    }
    for (rule, level) in &flags.level {
        levels
            .set(rule, *level)
            .map_err(|error| Failure::with_hint(format!("--level: {error}"), RULES_HINT))?;
    }
    let mut excluded = GitignoreBuilder::new(folder.unwrap_or(Path::new("")));
    for glob in file.exclude.iter().chain(&flags.exclude) {
        excluded.add_line(None, glob).map_err(|error| {
            Failure::with_hint(format!("exclude `{glob}`: {error}"), "write a glob of .gitignore")
        })?;
    }
    Ok(Settings {
        kind: flags.kind.or(chosen("kind", &environment, &file.kind, &place)?),
        dialect: flags
            .dialect
            .or(chosen("dialect", &environment, &file.dialect, &place)?)
            .unwrap_or_default(),
        format: match flags.format {
            Some(format) => format,
            None => chosen::<FormatWord>("format", &environment, &file.format, &place)?
                .map_or(Format::Full, |word| word.0),
        },
        levels,
        excluded: excluded.build()?,
    })
}

const RULES_HINT: &str = "`start-points explain` lists the rules";

fn read_file(path: &Path) -> Result<File, Failure> {
    let text = disk::read_text(path, MAX_BYTES)?;
    toml::from_str(&text).map_err(|error| {
        let known = ["kind", "dialect", "format", "exclude", "rules"];
        let word = error.message().strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
        let near = word.and_then(|(word, _)| nearest(word, known));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("settings are {}: `start-points schema settings` says more", known.join(", ")),
        };
        Failure::with_hint(format!("{}: {}", disk::shown(path), error.to_string().trim_end()), hint)
    })
}

/// `START_POINTS_*`, by the lower-case rest of the name; one that nothing reads is an error.
fn environment() -> Result<BTreeMap<&'static str, String>, Failure> {
    const KNOWN: [&str; 3] = ["START_POINTS_KIND", "START_POINTS_DIALECT", "START_POINTS_FORMAT"];
    let mut found = BTreeMap::new();
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("START_POINTS_")) else { continue };
        let value = value.into_string().map_err(|_| anyhow::anyhow!("{name} is not UTF-8"))?;
        match name {
            "START_POINTS_KIND" => found.insert("kind", value),
            "START_POINTS_DIALECT" => found.insert("dialect", value),
            "START_POINTS_FORMAT" => found.insert("format", value),
            _ => {
                let hint = match nearest(name, KNOWN) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known: {}", KNOWN.join(", ")),
                };
                return Err(Failure::with_hint(format!("nothing reads the setting {name}"), hint));
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
) -> Result<Option<T>, Failure>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let (word, place) = match (environment.get(name), file) {
        (Some(word), _) => (word, format!("START_POINTS_{}", name.to_uppercase())),
        (None, Some(word)) => (word, format!("{place}: {name}")),
        (None, None) => return Ok(None),
    };
    word.parse().map(Some).map_err(|error| anyhow::anyhow!("{place}: {error}").into())
}

struct FormatWord(Format);

impl std::str::FromStr for FormatWord {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let format = clap::ValueEnum::from_str(word, false);
        format
            .map(Self)
            .map_err(|_| format!("`{word}` is none of `full`, `concise`, `json`, `sarif`, `github`"))
    }
}
