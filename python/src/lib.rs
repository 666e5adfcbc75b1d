//! The start-points engine in Python: conversions only, no judgement.
//!
//! Every function turns its arguments into the engine's types, calls the engine with the interpreter lock
//! released, and turns the answer back. The package `start_points` offers what this module defines.

mod catalogue;
mod check;
mod diagnostic;
mod disk;
mod errors;
mod gate;
mod image;
mod judged;
mod other;
mod parts;
mod report;
mod resolved;
mod rules;
mod text;
mod tree;
mod url;
mod value;

use pyo3::prelude::*;

/// The native half of `start_points`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::catalogue::{catalogue_names, check_catalogue};
    #[pymodule_export]
    use super::check::{_check_paths, _escaped, check, check_tree};
    #[pymodule_export]
    use super::diagnostic::Diagnostic;
    #[pymodule_export]
    use super::gate::_decide;
    #[pymodule_export]
    use super::image::ImageName;
    #[pymodule_export]
    use super::other::Other;
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
