//! A fault, as it is told: the shapes of the report, version 1.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use start_points::diagnostic::{Diagnostic as Core, Place};

use crate::report::Checked;
use crate::value::value;

/// A place in a text. Attributes: `line` and `column` from 1 (columns count characters), `offset` in bytes from 0.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Position {
    line: usize,
    column: usize,
    offset: usize,
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
    start: Position,
    end: Position,
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

/// A change of one file: the bytes from `start` to `end` become `text`. Attributes: `path`, `start`, `end`, `text`.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    path: String,
    start: usize,
    end: usize,
    text: String,
}

/// A ready change that mends a fault. Attributes: `title`, `safe` (it keeps the meaning), `edits` (all or none).
#[pyclass(frozen, eq, hash, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fix {
    #[pyo3(get)]
    title: String,
    #[pyo3(get)]
    safe: bool,
    edits: Vec<Edit>,
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

/// A fault: which rule, where, why, and how to mend it.
///
/// `str(found)` is `path:line:column: rule: message`. Equal and hashed by value.
///
/// >>> from start_points import check
/// >>> text = '{"display_name": "Fizz", "visible_filenames": ["a.txt"], "colour": "red"}'
/// >>> found = check(manifest=text, kind="exercises")[0]
/// >>> found.rule, found.severity, found.message, found.pointer
/// ('unknown-key', 'error', 'unknown key `colour`', '/colour')
/// >>> found.span, found.span.start.offset
/// (Span(1:58-1:66), 57)
/// >>> found.data["key"]
/// 'colour'
#[pyclass(frozen, module = "start_points")]
pub(crate) struct Diagnostic {
    checked: Arc<Checked>,
    index: usize,
}

impl Diagnostic {
    /// `index` is one of the report's.
    pub(crate) fn new(checked: Arc<Checked>, index: usize) -> Self {
        Self { checked, index }
    }

    fn core(&self) -> &Core {
        &self.checked.report.diagnostics()[self.index]
    }

    fn place(&self, place: &Place) -> Option<Span> {
        let (start, end) = self.checked.sources.get(&place.path)?.positions(place.span?);
        let position = |at: start_points::sources::Position| Position {
            line: at.line,
            column: at.column,
            offset: at.offset,
        };
        Some(Span { start: position(start), end: position(end) })
    }

    fn related_places(&self) -> impl ExactSizeIterator<Item = Related> {
        self.core().related.iter().map(|related| Related {
            path: related.place.path.to_string(),
            span: self.place(&related.place),
            message: related.message.clone(),
        })
    }

    fn ready_fixes(&self) -> impl ExactSizeIterator<Item = Fix> {
        self.core().fixes.iter().map(|fix| {
            let edits = fix.edits.iter().map(|edit| Edit {
                path: edit.path.to_string(),
                start: edit.span.start,
                end: edit.span.end,
                text: edit.text.clone(),
            });
            Fix { title: fix.title.clone(), safe: fix.safe, edits: edits.collect() }
        })
    }
}

#[pymethods]
impl Diagnostic {
    /// The id of the rule that found it.
    #[getter]
    fn rule(&self) -> &'static str {
        self.core().rule.id
    }

    /// `"error"`, `"warning"` or `"info"`.
    #[getter]
    fn severity(&self) -> &'static str {
        self.core().severity.as_str()
    }

    /// The fault in one line.
    #[getter]
    fn message(&self) -> &str {
        &self.core().message
    }

    /// The file, with forward slashes.
    #[getter]
    fn path(&self) -> &str {
        &self.core().place.path
    }

    /// An RFC 6901 pointer into the manifest; `""` for the whole.
    #[getter]
    fn pointer(&self) -> &str {
        self.core().pointer.as_str()
    }

    /// Where; `None` for the file as a whole.
    #[getter]
    fn span(&self) -> Option<Span> {
        self.place(&self.core().place)
    }

    /// Other places that belong to it: a tuple of `Related`.
    #[getter]
    fn related<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.related_places())
    }

    /// How to mend it.
    #[getter]
    fn hint(&self) -> Option<&str> {
        self.core().hint.as_deref()
    }

    /// Ready changes, each of which mends it alone: a tuple of `Fix`.
    #[getter]
    fn fixes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.ready_fixes())
    }

    /// The values that the message speaks of, by name.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, content) in &self.core().data {
            dict.set_item(name, datum(py, content)?)?;
        }
        Ok(dict)
    }

    /// The diagnostic as the report, version 1, has it.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("rule", self.rule())?;
        dict.set_item("severity", self.severity())?;
        dict.set_item("message", self.message())?;
        dict.set_item("path", self.path())?;
        dict.set_item("pointer", self.pointer())?;
        dict.set_item("span", self.span().map(|span| span_dict(py, span)).transpose()?)?;
        let related = PyList::empty(py);
        for place in self.related_places() {
            let entry = PyDict::new(py);
            entry.set_item("path", place.path)?;
            entry.set_item("span", place.span.map(|span| span_dict(py, span)).transpose()?)?;
            entry.set_item("message", place.message)?;
            related.append(entry)?;
        }
        dict.set_item("related", related)?;
        dict.set_item("hint", self.hint())?;
        let fixes = PyList::empty(py);
        for fix in self.ready_fixes() {
            fixes.append(fix_dict(py, fix)?)?;
        }
        dict.set_item("fixes", fixes)?;
        dict.set_item("data", self.data(py)?)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.core() == other.core() && self.span() == other.span()
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.rule(), self.path(), self.pointer(), self.message()).into_pyobject(py)?.hash()
    }

    fn __str__(&self) -> String {
        let at = self.span().map(|span| format!(":{}:{}", span.start.line, span.start.column));
        format!("{}{}: {}: {}", self.path(), at.unwrap_or_default(), self.rule(), self.message())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Diagnostic({})", PyString::new(py, &self.__str__()).repr()?))
    }
}

fn span_dict<'py>(py: Python<'py>, span: Span) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, at) in [("start", span.start), ("end", span.end)] {
        let position = PyDict::new(py);
        position.set_item("line", at.line)?;
        position.set_item("column", at.column)?;
        position.set_item("offset", at.offset)?;
        dict.set_item(name, position)?;
    }
    Ok(dict)
}

fn fix_dict(py: Python<'_>, fix: Fix) -> PyResult<Bound<'_, PyDict>> {
    let edits = PyList::empty(py);
    for edit in fix.edits {
        let entry = PyDict::new(py);
        entry.set_item("path", edit.path)?;
        entry.set_item("start", edit.start)?;
        entry.set_item("end", edit.end)?;
        entry.set_item("text", edit.text)?;
        edits.append(entry)?;
    }
    let dict = PyDict::new(py);
    dict.set_item("title", fix.title)?;
    dict.set_item("safe", fix.safe)?;
    dict.set_item("edits", edits)?;
    Ok(dict)
}
