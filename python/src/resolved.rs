//! Resolved manifests and practice sessions.

use std::borrow::Cow;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use start_points::files::Files;
use start_points::json::{self, Document, Node};
use start_points::resolve::{self as core, NameParts, Provenance};
use start_points::{DialectChoice, Kind};

use crate::errors::PyFailure;
use crate::image::commit;
use crate::inputs::{Text, files_from};
use crate::options::Word;

/// What one manifest is resolved from.
struct Input {
    text: Text,
    files: Files,
    kind: Kind,
    dialect: DialectChoice,
    docker_image_name: Option<String>,
    tag: Option<String>,
    source: Option<Provenance>,
}

/// A resolved manifest, or the practice session of one mixed with an exercise.
///
/// Made by `resolve` and `mix`. `to_dict()` has the keys in the order of the manifest.
///
/// The engine's tree borrows from the manifest's text, so the inputs are kept and resolved again when asked.
#[pyclass(frozen, module = "start_points")]
pub(crate) struct Resolved(Vec<Arc<Input>>);

impl Resolved {
    fn with<T>(&self, take: impl FnOnce(&core::Resolved<'_>) -> T) -> Result<T, PyFailure> {
        let mut documents = Vec::with_capacity(self.0.len());
        for input in &self.0 {
            let document = Document::parse(input.text.as_bytes());
            documents.push(document.map_err(|error| PyFailure::json(&input.text, &error))?);
        }
        let mut mixed: Option<core::Resolved<'_>> = None;
        for (input, document) in self.0.iter().zip(&documents) {
            let resolved = core::resolve(
                document,
                &input.files,
                input.kind,
                input.dialect.decide(document.root().get("image_name").is_some()),
                input.docker_image_name.as_deref(),
                input.tag.as_deref(),
                input.source.as_ref(),
            )?;
            mixed = Some(match mixed {
                Some(language) => core::mix(&language, Some(&resolved)),
                None => resolved,
            });
        }
        match mixed {
            Some(mixed) => Ok(take(&mixed)),
            None => Err(PyFailure::new("ResolveError", "there is nothing to resolve", None)),
        }
    }

    pub(crate) fn named(&self) -> Result<NameParts, PyFailure> {
        self.with(|resolved| NameParts::from(resolved))
    }
}

#[pymethods]
impl Resolved {
    /// The display name; empty where the manifest has none.
    #[getter]
    fn display_name(&self) -> Result<String, PyFailure> {
        self.with(|resolved| resolved.display_name().to_owned())
    }

    /// The image name with its tag; `None` for exercises, whose image comes from what they are mixed into.
    #[getter]
    fn image_name(&self) -> Result<Option<String>, PyFailure> {
        self.with(|resolved| resolved.image_name().map(str::to_owned))
    }

    /// The manifest as Python objects, as `json.loads(resolved.to_json())` gives it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(|resolved| value(py, resolved.node()))?
    }

    /// The manifest as compact JSON.
    fn to_json(&self, py: Python<'_>) -> Result<String, PyFailure> {
        py.detach(|| self.with(|resolved| resolved.node().to_string()))
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> Result<bool, PyFailure> {
        Ok(self.to_json(py)? == other.to_json(py)?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Resolved({})", PyString::new(py, &self.display_name()?).repr()?))
    }
}

/// Resolves a checked manifest against the files beside it.
///
/// `manifest` is its text; `files` maps names to contents; `kind` is `"languages"`, `"exercises"` or `"custom"`;
/// `dialect` is `"derived"` (the image name is `docker_image_name`, tagged with `sha`), `"pinned"` (it is the manifest's
/// own) or `"auto"` (pinned where the manifest has one); `tag` is the git tag of the source URL; `url` and `sha`, which go together, say where it came from.
///
/// Keys keep their order; `visible_filenames` goes and `visible_files` comes; `image_name` gets its tag. A manifest
/// that is resolved already is left as it is.
///
/// Raises `JsonError` where the text is not JSON, `ResolveError` where the image name cannot be made, `CommitError`
/// if `sha` is not a whole commit.
///
/// >>> from start_points import resolve
/// >>> text = '{"display_name": "C, assert", "image_name": "example/gcc:4edf92a", "visible_filenames": ["hiker.c"]}'
/// >>> start_point = resolve(text, {"hiker.c": "int x;"}, kind="languages", dialect="pinned")
/// >>> start_point.image_name
/// 'example/gcc:4edf92a'
/// >>> start_point.to_dict()["visible_files"]
/// {'hiker.c': {'content': 'int x;'}}
#[pyfunction]
#[pyo3(signature = (manifest, files=None, *, kind, dialect=Word(DialectChoice::Auto), docker_image_name=None, tag=None,
                    url=None, sha=None),
       text_signature = "(manifest, files=None, *, kind, dialect='auto', docker_image_name=None, tag=None, \
                         url=None, sha=None)")]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn resolve(
    py: Python<'_>,
    manifest: Text,
    files: Option<&Bound<'_, PyAny>>,
    kind: Word<Kind>,
    dialect: Word<DialectChoice>,
    docker_image_name: Option<String>,
    tag: Option<String>,
    url: Option<String>,
    sha: Option<Cow<'_, str>>,
) -> Result<Resolved, PyFailure> {
    let source = match (url, sha) {
        (Some(url), Some(sha)) => Some(Provenance { url, sha: commit(&sha)? }),
        (None, None) => None,
        _ => return Err(PyTypeError::new_err("url and sha go together").into()),
    };
    let files = if files.is_some() { files_from(files)? } else { Files::new() };
    let (Word(kind), Word(dialect)) = (kind, dialect);
    let input = Input { text: manifest, files, kind, dialect, docker_image_name, tag, source };
    let resolved = Resolved(vec![Arc::new(input)]);
    // What cannot be resolved is refused now; what can be once can be again.
    py.detach(|| resolved.with(|_| ()))?;
    Ok(resolved)
}

/// The practice session of a languages start-point with an exercise, or of a start-point alone.
///
/// The exercise's visible files are merged over the start-point's: a shared name keeps its place, new ones are
/// appended; `exercise` is the exercise's display name.
///
/// >>> from start_points import mix, resolve
/// >>> text = '{"display_name": "C, assert", "image_name": "example/gcc:4edf92a", "visible_filenames": []}'
/// >>> language = resolve(text, kind="languages", dialect="pinned")
/// >>> text = '{"display_name": "Fizz Buzz", "visible_filenames": ["readme.txt"]}'
/// >>> exercise = resolve(text, {"readme.txt": "Print 1 to 100"}, kind="exercises")
/// >>> mix(language, exercise).to_dict()["exercise"]
/// 'Fizz Buzz'
#[pyfunction]
#[pyo3(signature = (language, exercise=None))]
pub(crate) fn mix(language: &Resolved, exercise: Option<&Resolved>) -> Result<Resolved, PyFailure> {
    let mut inputs = language.0.clone();
    match exercise.map(|exercise| exercise.0.as_slice()) {
        None => {}
        Some([input]) => inputs.push(Arc::clone(input)),
        Some(_) => return Err(PyFailure::new("ResolveError", "the exercise is a practice session", None)),
    }
    Ok(Resolved(inputs))
}

/// A value of a manifest; of duplicate keys the last one counts.
fn value<'py>(py: Python<'py>, node: &Node<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match &node.value {
        json::Value::Null => py.None().into_bound(py),
        json::Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        json::Value::Number(spelling) => number(py, spelling)?,
        json::Value::String(text) => PyString::new(py, text).into_any(),
        json::Value::Array(entries) => {
            let list = PyList::empty(py);
            for entry in entries {
                list.append(value(py, entry)?)?;
            }
            list.into_any()
        }
        json::Value::Object(members) => {
            let dict = PyDict::new(py);
            for member in members {
                dict.set_item(&*member.key, value(py, &member.node)?)?;
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
