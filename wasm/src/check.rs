//! Checks of a manifest, a tree of files and a catalogue's names; and fixes.

use std::sync::Arc;

use start_points::check::{
    CheckOptions, CheckOutput, Checker, Docker, Listed, Manifest, SourceFile, StartPoint, Tree, check_names,
};
use start_points::diagnostic::{Diagnostic, Edit, Fix, Place};
use start_points::files::Files;
use start_points::fix::Changes;
use start_points::layout;
use start_points::levels::{LevelError, Levels};
use start_points::{RULES, Span};

use crate::answer;
use crate::failure::JsFailure;
use crate::request::Request;

/// Parts: options, path, manifest, docker folder, then files by name, or nothing where none is known.
pub(crate) fn manifest(request: &mut Request<'_>, positions: bool) -> Result<String, JsFailure> {
    let options = options(request)?;
    let path = request.text()?;
    let manifest = Manifest::parse(path, request.bytes()?);
    let docker = docker(request)?;
    let files = files(request)?;
    let mut checker = Checker::new();
    checker.start_point(&StartPoint::new(manifest, files, docker, &options), &options);
    let CheckOutput { report, sources, .. } = checker.finish(&|_| None);
    let text = |path: &str| Some(sources.get(path)?.bytes());
    Ok(answer::report(&report, &sources, &text, positions))
}

/// Parts: options, then files by path.
pub(crate) fn tree(request: &mut Request<'_>, positions: bool) -> Result<String, JsFailure> {
    let options = options(request)?;
    let mut tree = Tree::new();
    while !request.is_read() {
        tree.insert(request.text()?.to_owned(), request.entry()?);
    }
    let CheckOutput { report, sources, .. } = start_points::check::check_tree(&tree, &options);
    let text = |path: &str| Some(sources.get(path)?.bytes());
    Ok(answer::report(&report, &sources, &text, positions))
}

/// Parts: display name and path of each start-point.
pub(crate) fn catalogue(request: &mut Request<'_>, positions: bool) -> Result<String, JsFailure> {
    let mut listed = Vec::new();
    while !request.is_read() {
        let display_name = request.text()?.to_owned();
        listed.push(Listed { display_name, place: Place::file(request.text()?) });
    }
    let CheckOutput { report, sources, .. } = check_names(&listed, listed.len(), &Levels::new(), &|_| None);
    Ok(answer::report(&report, &sources, &|_| None, positions))
}

/// Parts: kind, dialect, tag, and rule levels: how many, then each rule and its level.
pub(crate) fn options(request: &mut Request<'_>) -> Result<CheckOptions, JsFailure> {
    let kind = request.word()?;
    let dialect = request.word()?.unwrap_or_default();
    let tag = request.optional_text()?.map(str::to_owned);
    let mut levels = Levels::new();
    for _ in 0..request.number()? {
        let (rule, level) = (request.text()?, request.text()?);
        let level = level.parse().map_err(|error: LevelError| JsFailure::of(&error, &error))?;
        levels.set(rule, level).map_err(|error| JsFailure::of(&error, &error))?;
    }
    Ok(CheckOptions { kind, dialect, tag, levels, ..CheckOptions::default() })
}

/// Names with what stands under them, up to the end; one part of nothing where none is known.
pub(crate) fn files(request: &mut Request<'_>) -> Result<Files, JsFailure> {
    let mut files = Files::new();
    while !request.is_read() {
        let Some(name) = request.optional_text()? else { return Ok(Files::unknown()) };
        files.insert(name, request.entry()?);
    }
    Ok(files)
}

/// Parts: the folder's path, or nothing where the repository is not at hand; then its three files.
fn docker(request: &mut Request<'_>) -> Result<Option<Docker>, JsFailure> {
    let Some(path) = request.optional_text()? else { return Ok(None) };
    let mut file = |name: &str| -> Result<_, JsFailure> {
        let content = request.optional_bytes()?;
        let path = layout::join(path, name).into();
        Ok(content.map(|content| SourceFile { path, content: Ok(content.to_vec()) }))
    };
    Ok(Some(Docker {
        image_name: file("image_name.json")?,
        dockerfile: file("Dockerfile")?,
        dockerfile_base: file("Dockerfile.base")?,
        ..Docker::empty(path)
    }))
}

/// Parts: the text; then of each fix how many edits it has, and start, end and text of each.
pub(crate) fn apply_fixes(request: &mut Request<'_>) -> Result<Vec<u8>, JsFailure> {
    let path: Arc<str> = "".into();
    let old = request.bytes()?;
    let mut diagnostics = Vec::new();
    while !request.is_read() {
        let mut edits = Vec::new();
        for _ in 0..request.number()? {
            let (start, end) = (request.offset()?, request.offset()?);
            if start > end || end > old.len() {
                let message = format!("the edit {start}..{end} is not in a text of {} bytes", old.len());
                return Err(JsFailure::new("bad-edit", message));
            }
            let text = request.text()?.to_owned();
            edits.push(Edit { path: Arc::clone(&path), span: Span::new(start, end), text });
        }
        let Some(rule) = RULES.first() else { continue };
        let fix = Fix { title: String::new(), safe: true, edits };
        diagnostics.push(Diagnostic::new(rule, Place::file(Arc::clone(&path)), "").fix(fix));
    }
    Ok(Changes::choose(&diagnostics, true).apply(&path, old))
}
