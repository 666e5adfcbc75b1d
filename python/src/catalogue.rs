//! Start-points taken together.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use start_points::check::{Listed, Manifest};
use start_points::diagnostic::Place;
use start_points::json::Document;
use start_points::resolve::NameParts;

use crate::errors::PyFailure;
use crate::inputs::{Text, pairs};
use crate::options::CheckArguments;
use crate::report::Report;
use crate::resolved::Resolved;

/// Checks start-points of one kind that are offered together: their display names must differ, and not only slightly.
///
/// `manifests` maps the path of each manifest to its text, in the order of the catalogue; of equal names the first
/// one is kept. Each manifest for itself is `check`'s business: a text that is not JSON is skipped.
///
/// >>> from start_points import check_catalogue
/// >>> text = '{"display_name": "Fizz Buzz"}'
/// >>> [found.rule for found in check_catalogue({"a/manifest.json": text, "b/manifest.json": text})]
/// ['duplicate-display-name']
#[pyfunction]
#[pyo3(signature = (manifests, *, levels=None))]
pub(crate) fn check_catalogue(
    py: Python<'_>,
    manifests: &Bound<'_, PyAny>,
    levels: Option<&Bound<'_, PyAny>>,
) -> Result<Report, PyFailure> {
    let judged = CheckArguments::new(None, None, None, levels)?;
    let mut texts: Vec<(PyBackedStr, Text)> = Vec::new();
    for (path, text) in pairs(manifests)? {
        texts.push((path.extract()?, text.extract()?));
    }
    Ok(py.detach(|| {
        let mut listed = Vec::new();
        for (path, text) in &texts {
            let manifest = Manifest::parse(&**path, text.as_bytes());
            if let Some((name, span)) = manifest.display_name() {
                let place = Place::new(manifest.path().clone(), span);
                listed.push(Listed { display_name: name.to_owned(), place });
            }
        }
        let text = |shown: &str| {
            let (_, text) = texts.iter().find(|(path, _)| **path == *shown)?;
            Some(text.as_bytes().to_vec())
        };
        start_points::check::check_names(&listed, texts.len(), &judged.options.levels, &text).into()
    }))
}

/// A manifest of a catalogue: its text, or resolved.
#[derive(FromPyObject)]
enum Entry<'py> {
    Resolved(Bound<'py, Resolved>),
    Text(Text),
}

/// The names under which a catalogue offers its start-points, in the order given.
///
/// `manifests` are texts or what `resolve` made of them. Where every one has a language and a test framework, and all
/// `"LANGUAGE, TEST FRAMEWORK"` differ, those are the names; otherwise the display names are.
///
/// Raises `NamesError` where two display names are equal, `JsonError` where a text is not JSON.
///
/// >>> from start_points import catalogue_names
/// >>> text = '{"display_name": "C 13, assert", "language": ["C", "13"], "test_framework": ["assert", ""]}'
/// >>> catalogue_names([text])
/// ['C, assert']
#[pyfunction]
pub(crate) fn catalogue_names(manifests: &Bound<'_, PyAny>) -> Result<Vec<String>, PyFailure> {
    let mut named = Vec::new();
    for entry in manifests.try_iter()? {
        named.push(match entry?.extract()? {
            Entry::Resolved(resolved) => resolved.get().named()?,
            Entry::Text(text) => {
                let document = Document::parse(text.as_bytes());
                NameParts::from_manifest(document.map_err(|error| PyFailure::json(&text, &error))?.root())
            }
        });
    }
    Ok(start_points::resolve::catalogue_names(&named)?.in_order().to_vec())
}
