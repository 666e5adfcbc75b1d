//! Checking: a path, a text, a tree.

use std::borrow::Cow;
use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use start_points::check::{Checker, Manifest, StartPoint, check_tree as core_check_tree};
use start_points::files::Files;
use start_points::{DialectChoice, Kind};
use start_points_workspace::settings::{Overrides, ReportFormat};
use start_points_workspace::{DiskChecker, DiskFiles};

use crate::errors::PyFailure;
use crate::inputs::{Text, files_from, tree_from};
use crate::options::{CheckArguments, Word};
use crate::report::Report;

/// Checks start-points: below a path, or one manifest from its text.
///
/// `check(path)` reads a manifest, a start-point, a repository or a folder of many, as the command `start-points
/// check` does: bounded, never through a pipe, without dot-folders and what git ignores. The `start-points.toml` of a
/// repository is obeyed, arguments over it; `settings=False` leaves it unread.
///
/// `check(manifest=text)` checks one manifest from `str`, `bytes` or `bytearray`. `files` maps the names of the files
/// beside it to contents, sizes (`int`) or an `Other`; without it no rule speaks of files. `name` is what the report
/// calls the manifest, and its place there tells its kind.
///
/// `kind` is `"languages"`, `"exercises"` or `"custom"` (default: found from place and content), `dialect` `"auto"`
/// (default: a languages manifest that names its image is pinned), `"derived"` or `"pinned"`, `tag` the git tag of the
/// source URL, `levels` a mapping of rule ids to `"off"`, `"info"`, `"warning"` or `"error"`.
///
/// Every fault of the start-points is in the report. Raises `OSError` where the path cannot be read,
/// `StartPointsError` where a word is not known, `SettingsError` where `start-points.toml` is wrong.
///
/// >>> from start_points import check
/// >>> report = check(manifest=b'{"display_name": "x", "visible_filenames": ["readme.txt"], }', kind="exercises")
/// >>> print(report[0])
/// manifest.json:1:58: invalid-json: trailing comma before `}`
#[pyfunction]
#[pyo3(signature = (path=None, *, manifest=None, files=None, name="manifest.json".into(), kind=None, dialect=None,
                    tag=None, levels=None, settings=true),
       text_signature = "(path=None, *, manifest=None, files=None, name='manifest.json', kind=None, dialect=None, \
                         tag=None, levels=None, settings=True)")]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn check(
    py: Python<'_>,
    path: Option<PathBuf>,
    manifest: Option<Text>,
    files: Option<&Bound<'_, PyAny>>,
    name: Cow<'_, str>,
    kind: Option<Word<Kind>>,
    dialect: Option<Word<DialectChoice>>,
    tag: Option<String>,
    levels: Option<&Bound<'_, PyAny>>,
    settings: bool,
) -> Result<Report, PyFailure> {
    let judged = CheckArguments::new(kind, dialect, tag, levels)?;
    match (path, manifest) {
        (Some(path), None) if files.is_none() => {
            let overrides = Overrides { file: settings, environment: false, ..judged.overrides() };
            py.detach(|| check_on_disk(&[path], overrides)).map(|(report, ..)| report)
        }
        (None, Some(text)) => {
            let files = files_from(files)?;
            Ok(py.detach(|| one(&name, text.as_bytes(), files, &judged)))
        }
        (Some(_), None) => Err(PyTypeError::new_err("files go with a manifest: a path has its own").into()),
        _ => Err(PyTypeError::new_err("expected a path or a manifest, and not both").into()),
    }
}

fn one(name: &str, bytes: &[u8], files: Files, judged: &CheckArguments) -> Report {
    let mut checker = Checker::new();
    let start_point = StartPoint::new(Manifest::parse(name, bytes), files, None, &judged.options);
    checker.start_point(&start_point, &judged.options);
    checker.finish(&|_| None).into()
}

/// Checks a tree of files that is in memory: every manifest and docker folder, and the manifests of each kind together.
///
/// `files` maps paths, relative to the top and with forward slashes, to contents (`str`, `bytes`, `bytearray`), sizes
/// in bytes (`int`) or an `Other`. The other arguments are those of `check`.
///
/// >>> from start_points import check_tree
/// >>> tree = {
/// ...     "start-points/Fizz/manifest.json": '{"display_name": "Fizz", "visible_filenames": ["readme.txt"]}',
/// ...     "start-points/Fizz/readme.txt": 25601,
/// ... }
/// >>> [found.rule for found in check_tree(tree)]
/// ['oversized-file']
#[pyfunction]
#[pyo3(signature = (files, *, kind=None, dialect=None, tag=None, levels=None))]
pub(crate) fn check_tree(
    py: Python<'_>,
    files: &Bound<'_, PyAny>,
    kind: Option<Word<Kind>>,
    dialect: Option<Word<DialectChoice>>,
    tag: Option<String>,
    levels: Option<&Bound<'_, PyAny>>,
) -> Result<Report, PyFailure> {
    let judged = CheckArguments::new(kind, dialect, tag, levels)?;
    let tree = tree_from(files)?;
    Ok(py.detach(move || core_check_tree(&tree, &judged.options).into()))
}

/// What the command `start-points check` does; answers the report, the output format, and whether it fails.
#[pyfunction]
#[pyo3(signature = (paths, *, kind, dialect, format, levels, exclude, error_on_warnings))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn _check_paths(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    kind: Option<Word<Kind>>,
    dialect: Option<Word<DialectChoice>>,
    format: Option<String>,
    levels: &Bound<'_, PyAny>,
    exclude: Vec<String>,
    error_on_warnings: bool,
) -> Result<(Report, String, bool), PyFailure> {
    let judged = CheckArguments::new(kind, dialect, None, Some(levels))?;
    let parsed =
        |word: String| word.parse().map_err(|why: String| PyFailure::new("SettingsError", why, None));
    let format = format.map(parsed).transpose()?;
    let overrides = Overrides { format, exclude, error_on_warnings, ..judged.overrides() };
    let (report, format, fails) = py.detach(|| check_on_disk(&paths, overrides))?;
    Ok((report, format.as_str().to_owned(), fails))
}

/// A text for a terminal, with what cannot be seen escaped.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn _escaped(text: &[u8]) -> String {
    start_points::shown::lines(&String::from_utf8_lossy(text)).into_owned()
}

/// Ctrl-C is noticed once every so many targets.
const SIGNALS_EVERY: usize = 256;

/// Checks everything that the paths name; answers the report, the output format, and whether the check fails.
fn check_on_disk(paths: &[PathBuf], overrides: Overrides) -> Result<(Report, ReportFormat, bool), PyFailure> {
    let (mut targets, mut raised) = (0_usize, None);
    let mut checker = DiskChecker::new(overrides);
    let found = checker.check(&DiskFiles::new(paths), paths, &mut |_| {
        targets += 1;
        if targets.is_multiple_of(SIGNALS_EVERY) {
            raised = Python::attach(|py| py.check_signals()).err();
        }
        raised.is_none()
    });
    if let Some(raised) = raised {
        return Err(raised.into());
    }
    let found = found?;
    let format = checker.format(paths.first())?;
    let fails = checker.fails(&found)?;
    Ok((Report::on_disk(found.output), format, fails))
}
