//! Settings and their precedence: flags over `START_POINTS_*` variables over `start-points.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use start_points::check::CheckOptions;
use start_points::levels::{Level, LevelError, Levels};
use start_points::{DialectChoice, Kind};

use crate::error::{RULES_HINT, WorkspaceError};
use crate::path::shown;
use crate::settings_file::{SETTINGS_FILE, read_environment, read_settings_file};

/// The effective settings of one repository.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The kind of every manifest, if set.
    pub kind: Option<Kind>,
    /// How languages start-points get their image names.
    pub dialect: DialectChoice,
    /// The output format.
    pub format: ReportFormat,
    /// Rule levels.
    pub levels: Levels,
    /// Excluded paths, relative to the folder of the settings file.
    pub excluded: Gitignore,
    /// Whether warnings fail a check as errors do.
    pub error_on_warnings: bool,
}

impl Settings {
    /// The options that the engine checks with.
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
pub enum ReportFormat {
    /// Faults with their source lines.
    #[default]
    Full,
    /// One line per fault.
    Concise,
    /// The report as JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub Actions annotations.
    Github,
}

impl ReportFormat {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Github];

    /// Its word in settings.
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

impl FromStr for ReportFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| {
            let known = Self::ALL.map(|format| format!("`{}`", format.as_str()));
            format!("unknown format `{word}`; expected {}", known.join(", "))
        })
    }
}

/// What a caller sets, over the environment and the file.
#[derive(Debug, Clone)]
pub struct Overrides {
    /// The kind of every manifest.
    pub kind: Option<Kind>,
    /// How languages start-points get their image names.
    pub dialect: Option<DialectChoice>,
    /// The git tag of the source URL.
    pub tag: Option<String>,
    /// The output format.
    pub format: Option<ReportFormat>,
    /// Rule levels.
    pub levels: Vec<(String, Level)>,
    /// The most faults of one text, if not the engine's default.
    pub max_faults: Option<usize>,
    /// Globs to exclude, in addition to the file's.
    pub exclude: Vec<String>,
    /// Whether warnings fail a check, whatever the file says.
    pub error_on_warnings: bool,
    /// Whether `start-points.toml` is read.
    pub file: bool,
    /// Whether `START_POINTS_*` variables are read.
    pub environment: bool,
}

impl Default for Overrides {
    /// Overrides nothing; reads file and environment.
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

/// Reads the settings file in `folder`, if any, and applies environment and overrides.
///
/// # Errors
/// A file that cannot be read, an unknown setting, rule or level, or a malformed glob.
pub fn read_settings(folder: Option<&Path>, overrides: &Overrides) -> Result<Settings, WorkspaceError> {
    let path = folder.map(|folder| folder.join(SETTINGS_FILE));
    let file = path.as_deref().map(read_settings_file).transpose()?.unwrap_or_default();
    let place = path.as_deref().map(shown).unwrap_or_default();
    let environment = if overrides.environment { read_environment()? } else { BTreeMap::new() };
    let mut levels = Levels::new();
    for (rule, level) in &file.rules {
        level.parse().and_then(|level| levels.set(rule, level)).map_err(|error: LevelError| {
            WorkspaceError::settings(format!("{place}: [rules] {error}"), RULES_HINT)
        })?;
    }
    for (rule, level) in &overrides.levels {
        levels.set(rule, *level).map_err(WorkspaceError::Level)?;
    }
    let mut excluded = GitignoreBuilder::new(folder.unwrap_or(Path::new("")));
    for glob in file.exclude.iter().chain(&overrides.exclude) {
        excluded.add_line(None, glob).map_err(|error| {
            WorkspaceError::settings(
                format!("exclude `{glob}`: {error}"),
                "use the glob syntax of .gitignore",
            )
        })?;
    }
    Ok(Settings {
        kind: overrides.kind.or(setting("kind", &environment, &file.kind, &place)?),
        dialect: overrides
            .dialect
            .or(setting("dialect", &environment, &file.dialect, &place)?)
            .unwrap_or_default(),
        format: overrides
            .format
            .or(setting("format", &environment, &file.format, &place)?)
            .unwrap_or_default(),
        levels,
        error_on_warnings: overrides.error_on_warnings || file.error_on_warnings,
        excluded: excluded.build().map_err(|error| {
            WorkspaceError::settings(error.to_string(), "use the glob syntax of .gitignore")
        })?,
    })
}

/// The value of a setting: from the environment, otherwise from the file.
fn setting<T>(
    name: &str,
    environment: &BTreeMap<&'static str, String>,
    file: &Option<String>,
    place: &str,
) -> Result<Option<T>, WorkspaceError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let (word, place) = match (environment.get(name), file) {
        (Some(word), _) => (word, format!("START_POINTS_{}", name.to_uppercase())),
        (None, Some(word)) => (word, format!("{place}: {name}")),
        (None, None) => return Ok(None),
    };
    let failed = |error| WorkspaceError::Settings { message: format!("{place}: {error}"), hint: None };
    word.parse().map(Some).map_err(failed)
}
