//! Files from a mapping: name → content, or size, or what is no regular file.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyDict, PyInt};
use start_points::check::Tree;
use start_points::files::{Entry, Files};

use crate::other::Other;
use crate::text::Text;

type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The items of a mapping, all taken before any is looked at: what Python code does meanwhile cannot change them.
pub(crate) fn pairs<'py>(mapping: &Bound<'py, PyAny>) -> PyResult<Vec<Pair<'py>>> {
    if let Ok(dict) = mapping.cast_exact::<PyDict>() {
        return dict.items().try_iter()?.map(|pair| pair?.extract()).collect();
    }
    let Some(items) = mapping.getattr_opt("items")? else {
        let found = mapping.get_type().name()?;
        return Err(PyTypeError::new_err(format!("expected a mapping, not {found}")));
    };
    items.call0()?.try_iter()?.map(|pair| pair?.extract()).collect()
}

/// A tree of files.
pub(crate) fn tree(mapping: &Bound<'_, PyAny>) -> PyResult<Tree> {
    pairs(mapping)?.into_iter().map(|(name, value)| Ok((name.extract()?, entry(&value)?))).collect()
}

/// The files beside a manifest; `None` is files of which nothing is known.
pub(crate) fn files(mapping: Option<&Bound<'_, PyAny>>) -> PyResult<Files> {
    let Some(mapping) = mapping else { return Ok(Files::unknown()) };
    let mut files = Files::new();
    for (name, value) in pairs(mapping)? {
        files.insert(&name.extract::<PyBackedStr>()?, entry(&value)?);
    }
    Ok(files)
}

fn entry(value: &Bound<'_, PyAny>) -> PyResult<Entry> {
    if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
        return Ok(Entry::Size(value.extract()?));
    }
    if let Ok(other) = value.cast::<Other>() {
        return Ok(Entry::Other((*other.get()).into()));
    }
    match value.extract::<Text>() {
        Ok(text) => Ok(Entry::Content(text.as_bytes().to_vec())),
        Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => {
            let found = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("expected str, bytes, a size or an Other, not {found}")))
        }
        Err(error) => Err(error),
    }
}
