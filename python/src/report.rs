//! The report of a check.

use std::sync::Arc;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyTuple};
use start_points::check::CheckOutput;
use start_points::render;
use start_points_workspace::path::from_repository_top;

use crate::diagnostic::{CheckedReport, Diagnostic};
use crate::errors::PyFailure;

/// How much was checked and found.
///
/// Attributes: `manifests`, `errors`, `warnings`.
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Summary {
    /// Manifests looked at.
    manifests: usize,
    /// Diagnostics of severity error.
    errors: usize,
    /// Diagnostics of severity warning.
    warnings: usize,
}

#[pymethods]
impl Summary {
    fn __repr__(&self) -> String {
        let Self { manifests, errors, warnings } = self;
        format!("Summary(manifests={manifests}, errors={errors}, warnings={warnings})")
    }

    /// In one line, as the command says it: `3 manifests: 1 error, 2 warnings`.
    fn __str__(&self) -> String {
        let Self { manifests, errors, warnings } = *self;
        render::summary(start_points::report::Summary { manifests, errors, warnings })
    }
}

/// Every fault that was found, ordered by path, then place, then rule.
///
/// **Truth is cleanness**: `bool(report)` is `True` where there is no error, as the command's exit code 0. Warnings
/// and notes do not count, so a true report may hold diagnostics; `len(report)` counts them all, and iterating gives
/// them in order. `str(report)` is the report for people, with source lines.
///
/// >>> from start_points import check
/// >>> report = check(manifest='{"display_name": "", "visible_filenames": ["readme.txt"]}', kind="exercises")
/// >>> bool(report), len(report), report
/// (False, 1, Report(manifests=1, errors=1, warnings=0))
/// >>> [(found.rule, found.pointer) for found in report]
/// [('empty-value', '/display_name')]
#[pyclass(frozen, sequence, module = "start_points")]
pub(crate) struct Report(Arc<CheckedReport>);

impl From<CheckOutput> for Report {
    fn from(CheckOutput { report, sources, .. }: CheckOutput) -> Self {
        Self(Arc::new(CheckedReport { report, sources, on_disk: false }))
    }
}

impl Report {
    /// A report on files.
    pub(crate) fn on_disk(CheckOutput { report, sources, .. }: CheckOutput) -> Self {
        Self(Arc::new(CheckedReport { report, sources, on_disk: true }))
    }

    fn all(&self) -> impl ExactSizeIterator<Item = Diagnostic> {
        (0..self.0.report.diagnostics().len()).map(|index| Diagnostic::new(Arc::clone(&self.0), index))
    }
}

#[pymethods]
impl Report {
    /// The diagnostics, in order: a tuple of `Diagnostic`.
    #[getter]
    fn diagnostics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.all())
    }

    /// The counts: a `Summary`.
    #[getter]
    fn summary(&self) -> Summary {
        let start_points::report::Summary { manifests, errors, warnings } = self.0.report.summary();
        Summary { manifests, errors, warnings }
    }

    /// Whether there is no error; warnings do not count.
    #[getter]
    fn is_clean(&self) -> bool {
        self.0.report.is_clean()
    }

    /// The report, version 1, as the bytes of its JSON in a `str`: one line with a newline at its end, the same on
    /// every front. `schemas/report.schema.json` states its shape.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| render::json(&self.0.report, &self.0.sources))
    }

    /// The report, version 1, as `json.loads(report.to_json())` gives it: `version` (1), `diagnostics` (a list of what
    /// `Diagnostic.to_dict` answers) and `summary` (`manifests`, `errors`, `warnings`).
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let diagnostics = PyList::empty(py);
        for found in self.all() {
            diagnostics.append(found.to_dict(py)?)?;
        }
        let counts = self.0.report.summary();
        let summary = PyDict::new(py);
        summary.set_item("manifests", counts.manifests)?;
        summary.set_item("errors", counts.errors)?;
        summary.set_item("warnings", counts.warnings)?;
        let dict = PyDict::new(py);
        dict.set_item("version", 1)?;
        dict.set_item("diagnostics", diagnostics)?;
        dict.set_item("summary", summary)?;
        Ok(dict)
    }

    /// The report in one of the command's formats: `"full"`, `"concise"`, `"json"`, `"sarif"` or `"github"`.
    ///
    /// Raises `StartPointsError` for any other word. `color` is for `"full"` alone.
    #[pyo3(signature = (format="full".into(), *, color=false),
           text_signature = "($self, format='full', *, color=False)")]
    fn render(
        &self,
        py: Python<'_>,
        format: std::borrow::Cow<'_, str>,
        color: bool,
    ) -> Result<String, PyFailure> {
        let (report, sources) = (&self.0.report, &self.0.sources);
        let known = "`full`, `concise`, `json`, `sarif`, `github`";
        let shown = start_points::shown::shown(&format);
        py.detach(|| match &*format {
            "full" => Ok(render::full(report, sources, color)),
            "concise" => Ok(render::concise(report, sources)),
            "json" => Ok(render::json(report, sources)),
            "sarif" if self.0.on_disk => Ok(render::sarif_from(report, sources, &from_repository_top)),
            "sarif" => Ok(render::sarif(report, sources)),
            "github" if self.0.on_disk => Ok(render::github_from(report, sources, &from_repository_top)),
            "github" => Ok(render::github(report, sources)),
            _ => Err(PyFailure::new(
                "StartPointsError",
                format!("unknown format `{shown}`; expected {known}"),
                None,
            )),
        })
    }

    fn __len__(&self) -> usize {
        self.0.report.diagnostics().len()
    }

    fn __bool__(&self) -> bool {
        self.0.report.is_clean()
    }

    fn __getitem__(&self, index: isize) -> PyResult<Diagnostic> {
        let found = usize::try_from(index).ok().and_then(|index| self.all().nth(index));
        found.ok_or_else(|| PyIndexError::new_err("report index out of range"))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.diagnostics(py)?.try_iter()
    }

    fn __str__(&self, py: Python<'_>) -> String {
        py.detach(|| render::full(&self.0.report, &self.0.sources, false))
    }

    fn __repr__(&self) -> String {
        self.summary().__repr__().replacen("Summary", "Report", 1)
    }
}
