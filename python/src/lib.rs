//! The start-points engine in Python: conversions only.
//!
//! Every function turns its arguments into the engine's types, calls the engine with the interpreter lock
//! released, and turns the answer back. The package `start_points` offers what this module defines.

mod catalogue;
mod check;
mod diagnostic;
mod errors;
mod image;
mod inputs;
mod options;
mod parts;
mod report;
mod resolved;
mod rules;
mod url;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use start_points::gate::decide_json;

use crate::errors::PyFailure;
use crate::inputs::Text;

/// The native half of `start_points`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::_decide;
    #[pymodule_export]
    use super::catalogue::{catalogue_names, check_catalogue};
    #[pymodule_export]
    use super::check::{_check_paths, _escaped, check, check_tree};
    #[pymodule_export]
    use super::diagnostic::Diagnostic;
    #[pymodule_export]
    use super::image::ImageName;
    #[pymodule_export]
    use super::inputs::Other;
    #[pymodule_export]
    use super::parts::{Edit, Fix, Position, Related, Span};
    #[pymodule_export]
    use super::report::{Report, Summary};
    #[pymodule_export]
    use super::resolved::{Resolved, mix, resolve};
    #[pymodule_export]
    use super::rules::{Rule, explain};
    #[pymodule_export]
    use super::url::RepoUrl;

    use pyo3::prelude::*;
    use pyo3::types::PyTuple;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("RULES", PyTuple::new(module.py(), super::rules::all())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Decides about one image; all three and the answer are JSON, but the time, which is as RFC 3339 has it.
#[pyfunction]
pub(crate) fn _decide(
    py: Python<'_>,
    facts: Text,
    policy: Text,
    now: PyBackedStr,
) -> Result<String, PyFailure> {
    py.detach(|| decide_json(facts.as_bytes(), policy.as_bytes(), &now))
        .map_err(|error| PyFailure::new("GateError", &error, error.hint()))
}
