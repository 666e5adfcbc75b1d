//! The parts of a fault: places, and changes that fix it.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use start_points::diagnostic as core;
use start_points::sources::Source;

/// A place in a text. Attributes: `line` and `column` from 1 (columns count characters), `offset` in bytes from 0.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
    offset: usize,
}

impl From<start_points::sources::Position> for Position {
    fn from(at: start_points::sources::Position) -> Self {
        Self { line: at.line, column: at.column, offset: at.offset }
    }
}

#[pymethods]
impl Position {
    fn __repr__(&self) -> String {
        format!("Position(line={}, column={}, offset={})", self.line, self.column, self.offset)
    }
}

/// From a place up to, and without, another. Attributes: `start` and `end`, each a `Position`.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub(crate) start: Position,
    end: Position,
}

impl Span {
    pub(crate) fn new(source: &Source, span: start_points::Span) -> Self {
        let (start, end) = source.positions(span);
        Self { start: start.into(), end: end.into() }
    }

    pub(crate) fn to_dict<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, at) in [("start", self.start), ("end", self.end)] {
            let position = PyDict::new(py);
            position.set_item("line", at.line)?;
            position.set_item("column", at.column)?;
            position.set_item("offset", at.offset)?;
            dict.set_item(name, position)?;
        }
        Ok(dict)
    }
}

#[pymethods]
impl Span {
    fn __repr__(&self) -> String {
        let Self { start, end } = self;
        format!("Span({}:{}-{}:{})", start.line, start.column, end.line, end.column)
    }
}

/// Another place that belongs to a fault. Attributes: `path`, `span` (`None` for the file as a whole), `message`.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Related {
    path: String,
    span: Option<Span>,
    message: String,
}

impl Related {
    pub(crate) fn new(related: &core::Related, span: Option<Span>) -> Self {
        Self { path: related.place.path.to_string(), span, message: related.message.clone() }
    }

    pub(crate) fn into_dict(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("path", self.path)?;
        dict.set_item("span", self.span.map(|span| span.to_dict(py)).transpose()?)?;
        dict.set_item("message", self.message)?;
        Ok(dict)
    }
}

/// A change of one file: the bytes from `start` to `end` become `text`. Attributes: `path`, `start`, `end`, `text`.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    path: String,
    start: usize,
    end: usize,
    text: String,
}

/// A ready change that fixes a fault. Attributes: `title`, `safe` (it keeps the meaning), `edits` (all or none).
#[pyclass(frozen, eq, hash, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fix {
    #[pyo3(get)]
    title: String,
    #[pyo3(get)]
    safe: bool,
    edits: Vec<Edit>,
}

impl From<&core::Fix> for Fix {
    fn from(fix: &core::Fix) -> Self {
        let edits = fix.edits.iter().map(|edit| Edit {
            path: edit.path.to_string(),
            start: edit.span.start,
            end: edit.span.end,
            text: edit.text.clone(),
        });
        Self { title: fix.title.clone(), safe: fix.safe, edits: edits.collect() }
    }
}

impl Fix {
    pub(crate) fn into_dict(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let edits = PyList::empty(py);
        for edit in self.edits {
            let entry = PyDict::new(py);
            entry.set_item("path", edit.path)?;
            entry.set_item("start", edit.start)?;
            entry.set_item("end", edit.end)?;
            entry.set_item("text", edit.text)?;
            edits.append(entry)?;
        }
        let dict = PyDict::new(py);
        dict.set_item("title", self.title)?;
        dict.set_item("safe", self.safe)?;
        dict.set_item("edits", edits)?;
        Ok(dict)
    }
}

#[pymethods]
impl Fix {
    #[getter]
    fn edits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.edits.iter().cloned())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Fix({})", PyString::new(py, &self.title).repr()?))
    }
}
