//! Rule levels from settings: the one place where a severity changes, after the rules have run.

use std::str::FromStr;

use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::rule::{Rule, Severity};
use crate::rules::{RULES, rule};

/// What settings make of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not reported.
    Off,
    /// It is reported with this severity.
    On(Severity),
}

/// A level or rule that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LevelError {
    /// No such level.
    #[error("unknown level `{found}`; expected `off`, `info`, `warning` or `error`")]
    UnknownLevel {
        /// What was written.
        found: String,
    },
    /// No such rule.
    #[error("unknown rule `{found}`{}", .nearest.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownRule {
        /// What was written.
        found: String,
        /// The rule that was most likely meant.
        nearest: Option<&'static str>,
    },
}

impl Level {
    /// Every word for a level.
    pub const WORDS: [&'static str; 4] = ["off", "info", "warning", "error"];
}

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(word: &str) -> Result<Self, LevelError> {
        match word {
            "off" => Ok(Self::Off),
            "info" => Ok(Self::On(Severity::Info)),
            "warning" => Ok(Self::On(Severity::Warning)),
            "error" => Ok(Self::On(Severity::Error)),
            _ => Err(LevelError::UnknownLevel { found: word.to_owned() }),
        }
    }
}

/// Levels by rule; a rule that is not among them keeps its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    levels: Vec<(&'static str, Level)>,
}

impl Levels {
    /// Every rule at its own level.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the level of a rule.
    ///
    /// # Errors
    /// Where there is no such rule.
    pub fn set(&mut self, id: &str, level: Level) -> Result<(), LevelError> {
        let rule = rule(id).ok_or_else(|| LevelError::UnknownRule {
            found: id.to_owned(),
            nearest: nearest(id, RULES.iter().map(|rule| rule.id)),
        })?;
        self.set_rule(rule, level);
        Ok(())
    }

    /// Sets the level of a rule of another crate.
    pub fn set_rule(&mut self, rule: &Rule, level: Level) {
        self.levels.retain(|(other, _)| *other != rule.id);
        self.levels.push((rule.id, level));
    }

    /// Drops what is off and changes the severity of the rest.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.levels.is_empty() {
            return;
        }
        let level = |rule| self.levels.iter().find(|(id, _)| *id == rule).map(|(_, level)| level);
        diagnostics.retain_mut(|diagnostic| match level(diagnostic.rule.id) {
            Some(Level::Off) => false,
            Some(Level::On(severity)) => {
                diagnostic.severity = *severity;
                true
            }
            None => true,
        });
    }
}
