//! Arguments: texts, words and levels.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyString};
use start_points::levels::{Level, Levels};
use start_points::{Dialect, Kind};

use crate::errors::Failure;
use crate::tree::pairs;

/// A manifest's text: `str`, `bytes` or `bytearray`. Holds its own copy, or what cannot change.
pub(crate) enum Text {
    /// `str`
    Str(PyBackedStr),
    /// `bytes` or `bytearray`
    Bytes(PyBackedBytes),
}

impl Text {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Str(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            // Fails on lone surrogates, with `UnicodeEncodeError`.
            Ok(Self::Str(object.extract()?))
        } else if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
            Ok(Self::Bytes(object.extract()?))
        } else {
            let found = object.get_type().name()?;
            Err(PyTypeError::new_err(format!("expected str, bytes or bytearray, not {found}")))
        }
    }
}

/// How start-points are judged, as every function takes it.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) kind: Option<Kind>,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) tag: Option<String>,
    pub(crate) levels: Levels,
    /// The same, as given: settings of a repository come before them.
    pub(crate) chosen_levels: Vec<(PyBackedStr, Level)>,
}

impl Judged {
    pub(crate) fn new(
        kind: Option<&str>,
        dialect: Option<&str>,
        tag: Option<String>,
        mapping: Option<&Bound<'_, PyAny>>,
    ) -> Result<Self, Failure> {
        let kind = kind.map(str::parse).transpose()?;
        let dialect = dialect.map(str::parse).transpose()?;
        let mut levels = Levels::new();
        let mut chosen_levels = Vec::new();
        for (rule, level) in mapping.map(pairs).transpose()?.unwrap_or_default() {
            let rule: PyBackedStr = rule.extract()?;
            let level = level.extract::<PyBackedStr>()?.parse()?;
            levels.set(&rule, level)?;
            chosen_levels.push((rule, level));
        }
        Ok(Self { kind, dialect, tag, levels, chosen_levels })
    }
}
