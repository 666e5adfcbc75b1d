//! A fault of a report, and the report and texts that it belongs to.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use start_points::diagnostic::{Datum, Diagnostic as Core, Place};
use start_points::render;
use start_points::sources::Sources;

use crate::parts::{Fix, Related, Span};

/// A report of the engine, and the texts that its places point into.
#[derive(Debug)]
pub(crate) struct CheckedReport {
    pub(crate) report: start_points::Report,
    pub(crate) sources: Sources,
    /// Whether its paths are those of files.
    pub(crate) on_disk: bool,
}

/// A fault: which rule, where, why, and how to fix it.
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
    checked: Arc<CheckedReport>,
    index: usize,
}

impl Diagnostic {
    /// `index` is one of the report's.
    pub(crate) fn new(checked: Arc<CheckedReport>, index: usize) -> Self {
        Self { checked, index }
    }

    fn core(&self) -> &Core {
        &self.checked.report.diagnostics()[self.index]
    }

    fn place(&self, place: &Place) -> Option<Span> {
        Some(Span::new(self.checked.sources.get(&place.path)?, place.span?))
    }

    fn related_places(&self) -> impl ExactSizeIterator<Item = Related> {
        self.core().related.iter().map(|related| Related::new(related, self.place(&related.place)))
    }

    fn ready_fixes(&self) -> impl ExactSizeIterator<Item = Fix> {
        self.core().fixes.iter().map(Fix::from)
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

    /// How to fix it.
    #[getter]
    fn hint(&self) -> Option<&str> {
        self.core().hint.as_deref()
    }

    /// Ready changes, each of which fixes it alone: a tuple of `Fix`.
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

    /// The diagnostic as compact JSON, as `report.to_json()` has it.
    fn to_json(&self) -> String {
        render::diagnostic_json(self.core(), &self.checked.sources)
    }

    /// The diagnostic as the report, version 1, has it: `rule`, `severity`, `message`, `path`, `pointer`, `span`
    /// (`start` and `end`, each `line`, `column`, `offset`, or `None`), `related`, `hint`, `fixes` and `data`.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("rule", self.rule())?;
        dict.set_item("severity", self.severity())?;
        dict.set_item("message", self.message())?;
        dict.set_item("path", self.path())?;
        dict.set_item("pointer", self.pointer())?;
        dict.set_item("span", self.span().map(|span| span.to_dict(py)).transpose()?)?;
        let related = PyList::empty(py);
        for place in self.related_places() {
            related.append(place.into_dict(py)?)?;
        }
        dict.set_item("related", related)?;
        dict.set_item("hint", self.hint())?;
        let fixes = PyList::empty(py);
        for fix in self.ready_fixes() {
            fixes.append(fix.into_dict(py)?)?;
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

/// A value of a diagnostic's data.
fn datum<'py>(py: Python<'py>, datum: &Datum) -> PyResult<Bound<'py, PyAny>> {
    Ok(match datum {
        Datum::Text(text) => PyString::new(py, text).into_any(),
        Datum::Number(number) => number.into_pyobject(py)?.into_any(),
    })
}
