//! Image names.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyString;
use start_points::{CommitSha, ImageName as Core};

use crate::errors::PyFailure;

/// A docker image's name: `[host[:port]/]path[:tag][@digest]`, shown as it was written.
///
/// Equal, ordered and hashed by spelling; `canonical()` makes the spellings of one name equal.
///
/// Raises `ImageNameError`; its `span` slices the text at the fault, its `hint` says how to put it right.
///
/// >>> from start_points import ImageName
/// >>> name = ImageName("ghcr.io/cyber-dojo-languages/gcc:4edf92a")
/// >>> name.registry, name.path, name.tag, name.digest
/// ('ghcr.io', 'cyber-dojo-languages/gcc', '4edf92a', None)
/// >>> str(ImageName("ruby").canonical())
/// 'docker.io/library/ruby:latest'
#[pyclass(frozen, eq, ord, hash, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ImageName(pub(crate) Core);

#[pymethods]
impl ImageName {
    /// The longest name that is read, in bytes of its canonical spelling without the tag.
    #[classattr]
    const MAX_BYTES: usize = Core::MAX_BYTES;

    #[new]
    fn new(text: Cow<'_, str>) -> Result<Self, PyFailure> {
        Core::parse(&text).map(Self).map_err(|error| PyFailure::image(&text, &error))
    }

    /// The registry as written, `host[:port]`; `None` where docker's default is meant.
    #[getter]
    fn registry(&self) -> Option<&str> {
        self.0.registry()
    }

    /// The path on the registry, as written.
    #[getter]
    fn path(&self) -> &str {
        self.0.path()
    }

    /// The tag, without its `:`.
    #[getter]
    fn tag(&self) -> Option<&str> {
        self.0.tag()
    }

    /// The digest, `algorithm:hex`, without its `@`.
    #[getter]
    fn digest(&self) -> Option<&str> {
        self.0.digest()
    }

    /// Registry and path as written: no tag and no digest.
    #[getter]
    fn name_without_tag(&self) -> String {
        self.0.name_without_tag().to_string()
    }

    /// Whether tomorrow it may mean another image: no digest, and no tag or `latest`.
    #[getter]
    fn is_floating(&self) -> bool {
        self.0.is_floating()
    }

    /// The same name with this tag in the place of any other. Raises `ImageNameError`.
    fn with_tag(&self, tag: Cow<'_, str>) -> Result<Self, PyFailure> {
        self.0.with_tag(&tag).map(Self).map_err(|error| PyFailure::image(&tag, &error))
    }

    /// The same name with the tag that an image built from this commit has. Raises `CommitError`.
    ///
    /// >>> from start_points import ImageName
    /// >>> str(ImageName("example/gcc").with_sha7("4edf92a5c0ffee4edf92a5c0ffee4edf92a5c0ff"))
    /// 'example/gcc:4edf92a'
    fn with_sha7(&self, commit: Cow<'_, str>) -> Result<Self, PyFailure> {
        Ok(Self(self.0.with_sha7(&self::commit(&commit)?)))
    }

    /// The full spelling: registry in lower case, `library/`, and `:latest` where there is neither tag nor digest.
    fn canonical(&self) -> Self {
        Self(self.0.canonical())
    }

    /// The shortest spelling, as `docker image ls` shows it.
    fn familiar(&self) -> Self {
        Self(self.0.familiar())
    }

    /// Whether both are versions of one image.
    fn same_repository(&self, other: &Self) -> bool {
        self.0.same_repository(&other.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("ImageName({})", PyString::new(py, &self.0.to_string()).repr()?))
    }
}

/// A full commit sha.
pub(crate) fn commit(text: &str) -> Result<CommitSha, PyFailure> {
    let hint = || Some("`git rev-parse HEAD` prints one".to_owned());
    text.parse::<CommitSha>().map_err(|error| PyFailure::new("CommitError", error, hint()))
}
