//! JSON values as Python objects, in the shapes that `json.loads` gives them.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use start_points::diagnostic::Datum;
use start_points::json::{self, Node};

/// A value of a diagnostic's data.
pub(crate) fn datum<'py>(py: Python<'py>, datum: &Datum) -> PyResult<Bound<'py, PyAny>> {
    Ok(match datum {
        Datum::Text(text) => PyString::new(py, text).into_any(),
        Datum::Number(number) => number.into_pyobject(py)?.into_any(),
    })
}

/// A value of a manifest; of duplicate keys the last one counts.
pub(crate) fn node<'py>(py: Python<'py>, node: &Node<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match &node.value {
        json::Value::Null => py.None().into_bound(py),
        json::Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        json::Value::Number(spelling) => number(py, spelling)?,
        json::Value::String(text) => PyString::new(py, text).into_any(),
        json::Value::Array(entries) => {
            let list = PyList::empty(py);
            for entry in entries {
                list.append(self::node(py, entry)?)?;
            }
            list.into_any()
        }
        json::Value::Object(members) => {
            let dict = PyDict::new(py);
            for member in members {
                dict.set_item(&*member.key, self::node(py, &member.node)?)?;
            }
            dict.into_any()
        }
    })
}

fn number<'py>(py: Python<'py>, spelling: &str) -> PyResult<Bound<'py, PyAny>> {
    if spelling.contains(['.', 'e', 'E']) {
        return Ok(PyFloat::new(py, spelling.parse().unwrap_or_default()).into_any());
    }
    match spelling.parse::<i64>() {
        Ok(integer) => Ok(integer.into_pyobject(py)?.into_any()),
        // Python limits the digits of an `int`, and says so with `ValueError`.
        Err(_) => py.get_type::<PyInt>().call1((spelling,)),
    }
}
