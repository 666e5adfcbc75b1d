//! Source URLs.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyString;
use start_points::{RepoUrl as Core, Tag};

use crate::errors::PyFailure;

/// A source URL: `<repo>[?tag=<tag>]`, or the older `<commit>@<repo>`.
///
/// `str(url)` is the canonical spelling, which reads back as the same value; users and passwords of http and https
/// are never shown. Equal, ordered and hashed by value.
///
/// Raises `UrlError`; its `span` slices the text at the fault, its `hint` says how to put it right.
///
/// >>> from start_points import RepoUrl, UrlError
/// >>> url = RepoUrl("384f486@https://github.com/cyber-dojo-start-points/java-junit")
/// >>> url.repo, url.tag, url.scheme
/// ('https://github.com/cyber-dojo-start-points/java-junit', '384f486', 'https')
/// >>> str(url)
/// 'https://github.com/cyber-dojo-start-points/java-junit?tag=384f486'
/// >>> try:
/// ...     RepoUrl("ftp://example.com/x")
/// ... except UrlError as error:
/// ...     print(error, error.span)
/// the scheme `ftp://` is not supported (0, 3)
#[pyclass(frozen, eq, ord, hash, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RepoUrl(Core);

#[pymethods]
impl RepoUrl {
    /// The longest source URL that is read, in bytes of its canonical spelling.
    #[classattr]
    const MAX_BYTES: usize = Core::MAX_BYTES;

    #[new]
    fn new(text: Cow<'_, str>) -> Result<Self, PyFailure> {
        Core::parse(&text).map(Self).map_err(|error| PyFailure::url(&text, &error))
    }

    /// How the repository is reached: `"https"`, `"http"`, `"ssh"`, `"scp"`, `"file"` or `"local"`.
    #[getter]
    fn scheme(&self) -> &'static str {
        self.0.scheme().as_str()
    }

    /// The repository without the tag, with `****` in the place of secrets.
    #[getter]
    fn repo(&self) -> &str {
        self.0.repo()
    }

    /// The git tag or commit that is wanted; `None` for the tip of the default branch.
    #[getter]
    fn tag(&self) -> Option<&str> {
        self.0.tag().name()
    }

    /// Whether the tag can be a commit or its beginning: 7 to 40 hex digits. A git tag of that name wins.
    #[getter]
    fn is_commit(&self) -> bool {
        matches!(self.0.tag(), Tag::Commit(_))
    }

    /// The host as written; `None` on this machine.
    #[getter]
    fn host(&self) -> Option<&str> {
        self.0.host()
    }

    /// Whether the repository is on this machine.
    #[getter]
    fn is_local(&self) -> bool {
        self.0.is_local()
    }

    /// Whether anything is hidden in what is shown.
    #[getter]
    fn has_credentials(&self) -> bool {
        self.0.has_credentials()
    }

    /// The repository without the tag, secrets and all: for git, and never to be shown.
    fn with_credentials(&self) -> &str {
        self.0.with_credentials()
    }

    /// What duplicates have in common: `(repository, tag)`, however the repository is reached.
    #[getter]
    fn identity(&self) -> (String, Option<String>) {
        let identity = self.0.identity();
        (identity.repository, identity.tag.name().map(str::to_owned))
    }

    /// Any text as it may be shown where a source URL was expected: secrets replaced even if it cannot be read.
    ///
    /// >>> from start_points import RepoUrl
    /// >>> RepoUrl.redact("https://user:secret@example.com/x")
    /// 'https://****@example.com/x'
    #[staticmethod]
    fn redact(text: Cow<'_, str>) -> String {
        Core::redact(&text)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("RepoUrl({})", PyString::new(py, &self.0.to_string()).repr()?))
    }
}
