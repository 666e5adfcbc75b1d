//! Errors of the engine, as the exceptions that `start_points/_errors.py` defines.

use std::io;
use std::path::{Path, PathBuf};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use start_points::json::JsonError;
use start_points::kind::UnknownWord;
use start_points::levels::LevelError;
use start_points::resolve::{CatalogueNamesError, ResolveError};
use start_points::{ImageNameError, RepoUrlError, Span};
use start_points_workspace::WorkspaceError;

use crate::inputs::Text;

/// Why a call fails; made without the interpreter lock, raised with it.
#[derive(Debug)]
pub(crate) enum PyFailure {
    /// One of our own exceptions.
    StartPointsException(StartPointsException),
    /// A path that cannot be read.
    Os(PathBuf, io::Error),
    /// An exception from Python code.
    Raised(PyErr),
}

/// An exception of `start_points`, as data.
#[derive(Debug)]
pub(crate) struct StartPointsException {
    class: &'static str,
    message: String,
    span: Option<(usize, usize)>,
    hint: Option<String>,
}

impl PyFailure {
    /// An exception of this class, without a place.
    pub(crate) fn new(class: &'static str, message: impl ToString, hint: Option<String>) -> Self {
        Self::StartPointsException(StartPointsException {
            class,
            message: message.to_string(),
            span: None,
            hint,
        })
    }

    /// A source URL that was refused.
    pub(crate) fn url(text: &str, error: &RepoUrlError) -> Self {
        Self::at("UrlError", error, characters(text, error.span()), error.hint())
    }

    /// An image name, or a part of one, that was refused.
    pub(crate) fn image(text: &str, error: &ImageNameError) -> Self {
        Self::at("ImageNameError", error, characters(text, error.span()), error.hint())
    }

    /// A manifest that is not JSON.
    pub(crate) fn json(text: &Text, error: &JsonError) -> Self {
        let span = match text {
            Text::Str(text) => characters(text, error.span),
            Text::Bytes(_) => (error.span.start, error.span.end),
        };
        Self::at("JsonError", error, span, error.hint().map(Into::into))
    }

    fn at(class: &'static str, message: impl ToString, span: (usize, usize), hint: Option<String>) -> Self {
        Self::StartPointsException(StartPointsException {
            class,
            message: message.to_string(),
            span: Some(span),
            hint,
        })
    }
}

/// A span in characters, as Python slices a `str`.
fn characters(text: &str, span: Span) -> (usize, usize) {
    let count = |end: usize| text.get(..end).map_or(end, |before| before.chars().count());
    (count(span.start), count(span.end))
}

impl From<PyErr> for PyFailure {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<UnknownWord> for PyFailure {
    fn from(error: UnknownWord) -> Self {
        Self::new("StartPointsError", error, None)
    }
}

impl From<LevelError> for PyFailure {
    fn from(error: LevelError) -> Self {
        let class = match error {
            LevelError::UnknownRule { .. } => "RuleError",
            LevelError::UnknownLevel { .. } => "StartPointsError",
        };
        Self::new(class, error, None)
    }
}

impl From<ResolveError> for PyFailure {
    fn from(error: ResolveError) -> Self {
        let hint = match &error {
            ResolveError::Malformed { error, .. } => error.hint(),
            _ => None,
        };
        Self::new("ResolveError", error, hint)
    }
}

impl From<CatalogueNamesError> for PyFailure {
    fn from(error: CatalogueNamesError) -> Self {
        Self::new("NamesError", error, None)
    }
}

impl From<WorkspaceError> for PyFailure {
    fn from(error: WorkspaceError) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            WorkspaceError::Path { path, error } => Self::Os(path, error),
            WorkspaceError::Level(error) => error.into(),
            error => Self::new("SettingsError", error, hint),
        }
    }
}

impl From<PyFailure> for PyErr {
    fn from(failure: PyFailure) -> Self {
        Python::attach(|py| match failure {
            PyFailure::Raised(error) => error,
            PyFailure::Os(path, error) => os_error(&path, &error),
            PyFailure::StartPointsException(refused) => refused.raise(py).unwrap_or_else(|error| error),
        })
    }
}

/// `FileNotFoundError` and its like: Python chooses the class from the number.
fn os_error(path: &Path, error: &io::Error) -> PyErr {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default().to_owned();
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, text, path.as_os_str().to_owned())),
        None => PyOSError::new_err(text),
    }
}

impl StartPointsException {
    fn raise(self, py: Python<'_>) -> PyResult<PyErr> {
        let class = py.import("start_points._errors")?.getattr(self.class)?.cast_into::<PyType>()?;
        let error = class.call1((self.message,))?;
        error.setattr("span", self.span)?;
        error.setattr("hint", self.hint)?;
        Ok(PyErr::from_value(error))
    }
}
