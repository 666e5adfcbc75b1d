//! Texts that Python hands over.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyString};

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
