//! The check options that every function takes: kind, dialect, tag and levels.

use std::borrow::Cow;
use std::str::FromStr;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use start_points::check::CheckOptions;
use start_points::kind::UnknownWord;
use start_points::levels::Level;
use start_points::{DialectChoice, Kind};
use start_points_workspace::settings::Overrides;

use crate::errors::PyFailure;
use crate::inputs::pairs;

/// A `str` that is one of the engine's words.
pub(crate) struct Word<T>(pub(crate) T);

/// What such words stand for.
pub(crate) trait Worded: FromStr<Err = UnknownWord> {
    /// The value whose word this very object is. Python interns what its sources write, so this spares the decoding,
    /// which costs more than the comparisons; `None` says nothing about the text.
    fn of_interned(object: Borrowed<'_, '_, PyAny>) -> Option<Self>;
}

impl Worded for Kind {
    fn of_interned(object: Borrowed<'_, '_, PyAny>) -> Option<Self> {
        let py = object.py();
        let words = [
            (intern!(py, "languages"), Self::Languages),
            (intern!(py, "exercises"), Self::Exercises),
            (intern!(py, "custom"), Self::Custom),
        ];
        words.into_iter().find(|(word, _)| object.is(*word)).map(|(_, kind)| kind)
    }
}

impl Worded for DialectChoice {
    fn of_interned(object: Borrowed<'_, '_, PyAny>) -> Option<Self> {
        let py = object.py();
        let words = [
            (intern!(py, "auto"), Self::Auto),
            (intern!(py, "derived"), Self::Derived),
            (intern!(py, "pinned"), Self::Pinned),
        ];
        words.into_iter().find(|(word, _)| object.is(*word)).map(|(_, dialect)| dialect)
    }
}

impl<'a, 'py, T: Worded> FromPyObject<'a, 'py> for Word<T> {
    type Error = PyFailure;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, PyFailure> {
        match T::of_interned(object) {
            Some(value) => Ok(Self(value)),
            None => Ok(Self(object.extract::<Cow<'_, str>>()?.parse()?)),
        }
    }
}

/// Check options, as Python code gave them.
#[derive(Debug, Default)]
pub(crate) struct CheckArguments {
    pub(crate) options: CheckOptions,
    dialect: Option<DialectChoice>,
    /// The same, as given: settings of a repository come before them.
    pub(crate) chosen_levels: Vec<(String, Level)>,
}

impl CheckArguments {
    pub(crate) fn new(
        kind: Option<Word<Kind>>,
        dialect: Option<Word<DialectChoice>>,
        tag: Option<String>,
        mapping: Option<&Bound<'_, PyAny>>,
    ) -> Result<Self, PyFailure> {
        let dialect = dialect.map(|dialect| dialect.0);
        let mut options = CheckOptions {
            kind: kind.map(|kind| kind.0),
            dialect: dialect.unwrap_or_default(),
            tag,
            ..CheckOptions::default()
        };
        let mut chosen_levels = Vec::new();
        for (rule, level) in mapping.map(pairs).transpose()?.unwrap_or_default() {
            let rule: PyBackedStr = rule.extract()?;
            let level = level.extract::<PyBackedStr>()?.parse()?;
            options.levels.set(&rule, level)?;
            chosen_levels.push((rule.to_string(), level));
        }
        Ok(Self { options, dialect, chosen_levels })
    }

    /// The same for what is on disk.
    pub(crate) fn overrides(self) -> Overrides {
        let Self { options: CheckOptions { kind, tag, .. }, dialect, chosen_levels } = self;
        Overrides { kind, dialect, tag, levels: chosen_levels, ..Overrides::default() }
    }
}
