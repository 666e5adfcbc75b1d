//! The gate; `start_points/gate.py` makes objects of what it decides.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use start_points::gate::decide_json;

use crate::errors::Failure;
use crate::text::Text;

/// Decides about one image; all three and the answer are JSON, but the time, which is as RFC 3339 has it.
#[pyfunction]
pub(crate) fn _decide(
    py: Python<'_>,
    facts: Text,
    policy: Text,
    now: PyBackedStr,
) -> Result<String, Failure> {
    py.detach(|| decide_json(facts.as_bytes(), policy.as_bytes(), &now))
        .map_err(|error| Failure::new("GateError", &error, error.hint()))
}
