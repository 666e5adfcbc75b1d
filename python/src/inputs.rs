//! What Python hands over: texts, mappings, and files from mappings.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyInt, PyString};
use start_points::check::Tree;
use start_points::files::{self, FileEntry, Files};

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

/// An entry that is not a regular file inside the start-point.
///
/// A value in the `files` of `check` and `check_tree`.
///
/// >>> from start_points import Other, check_tree
/// >>> text = '{"display_name": "x", "visible_filenames": ["readme.txt"]}'
/// >>> tree = {"start-points/X/manifest.json": text, "start-points/X/readme.txt": Other.FOLDER}
/// >>> [found.message for found in check_tree(tree)]
/// ['`readme.txt` is a folder, not a regular file']
#[pyclass(frozen, eq, hash, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Other {
    /// A folder.
    #[pyo3(name = "FOLDER")]
    Folder,
    /// A symbolic link that leads out of the start-point, or nowhere.
    #[pyo3(name = "ESCAPING_LINK")]
    EscapingLink,
    /// A named pipe, a socket or a device.
    #[pyo3(name = "SPECIAL")]
    Special,
    /// A file that the user may not read.
    #[pyo3(name = "UNREADABLE")]
    Unreadable,
    /// A git submodule.
    #[pyo3(name = "SUBMODULE")]
    Submodule,
}

impl From<Other> for files::NonRegular {
    fn from(other: Other) -> Self {
        match other {
            Other::Folder => Self::Folder,
            Other::EscapingLink => Self::EscapingLink,
            Other::Special => Self::Special,
            Other::Unreadable => Self::Unreadable,
            Other::Submodule => Self::Submodule,
        }
    }
}

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
pub(crate) fn tree_from(mapping: &Bound<'_, PyAny>) -> PyResult<Tree> {
    pairs(mapping)?.into_iter().map(|(name, value)| Ok((name.extract()?, entry(&value)?))).collect()
}

/// The files beside a manifest; `None` is files of which nothing is known.
pub(crate) fn files_from(mapping: Option<&Bound<'_, PyAny>>) -> PyResult<Files> {
    let Some(mapping) = mapping else { return Ok(Files::unknown()) };
    let mut files = Files::new();
    for (name, value) in pairs(mapping)? {
        files.insert(&name.extract::<PyBackedStr>()?, entry(&value)?);
    }
    Ok(files)
}

fn entry(value: &Bound<'_, PyAny>) -> PyResult<FileEntry> {
    if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
        return Ok(FileEntry::Size(value.extract()?));
    }
    if let Ok(other) = value.cast::<Other>() {
        return Ok(FileEntry::Other((*other.get()).into()));
    }
    match value.extract::<Text>() {
        Ok(text) => Ok(FileEntry::Content(text.as_bytes().to_vec())),
        Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => {
            let found = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("expected str, bytes, a size or an Other, not {found}")))
        }
        Err(error) => Err(error),
    }
}
