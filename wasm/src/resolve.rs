//! Resolved manifests, practice sessions, and the names of a catalogue.

use start_points::check::{Docker, Manifest, StartPoint};
use start_points::files::Files;
use start_points::json::{Document, Node, Writer};
use start_points::resolve::{NameParts, Provenance, Resolved};
use start_points::{CommitSha, Dialect, Kind};

use crate::check;
use crate::failure::{JsFailure, document};
use crate::request::{Request, malformed};

/// Parts: options, path, manifest, image name of `docker/image_name.json`, source URL, its commit, then files.
pub(crate) fn resolve(request: &mut Request<'_>) -> Result<String, JsFailure> {
    let options = check::options(request)?;
    let path = request.text()?;
    let bytes = request.bytes()?;
    let docker = request.optional_text()?;
    let source = provenance(request)?;
    let files = check::files(request)?;
    document(bytes)?;
    let docker = docker.map(Docker::declaring);
    let start_point = StartPoint::new(Manifest::parse(path, bytes), files, docker, &options);
    let resolved = start_point.resolve(options.tag.as_deref(), source.as_ref()).ok_or_else(malformed)??;
    Ok(resolved.node().to_string())
}

/// Parts: the resolved manifest of a languages start-point, and that of an exercise or nothing.
pub(crate) fn mix(request: &mut Request<'_>) -> Result<String, JsFailure> {
    let language = document(request.bytes()?)?;
    let exercise = request.optional_bytes()?.map(document).transpose()?;
    let files = Files::new();
    let language = resolved(&language, &files)?;
    let exercise = exercise.as_ref().map(|document| resolved(document, &files)).transpose()?;
    Ok(start_points::resolve::mix(&language, exercise.as_ref()).node().to_string())
}

fn provenance(request: &mut Request<'_>) -> Result<Option<Provenance>, JsFailure> {
    let (Some(url), Some(sha)) = (request.optional_text()?, request.optional_text()?) else {
        return Ok(None);
    };
    let sha: CommitSha = sha.parse().map_err(|error| JsFailure::new("bad-commit", format!("{error}")))?;
    Ok(Some(Provenance { url: url.to_owned(), sha }))
}

/// A manifest that is resolved already; resolving it again leaves it as it is.
fn resolved<'a>(document: &Document<'a>, files: &'a Files) -> Result<Resolved<'a>, JsFailure> {
    if document.root().get("visible_files").and_then(Node::as_object).is_none() {
        let hint = "resolve it first".to_owned();
        return Err(JsFailure::new("not-resolved", "the manifest has no `visible_files`").hint(Some(hint)));
    }
    let kind = Kind::Exercises;
    Ok(start_points::resolve::resolve(document, files, kind, Dialect::Pinned, None, None, None)?)
}

/// Parts: of each start-point its manifest, or as much of it as names are made from.
pub(crate) fn names(request: &mut Request<'_>) -> Result<String, JsFailure> {
    let mut named = Vec::new();
    while !request.is_read() {
        named.push(NameParts::from_manifest(document(request.bytes()?)?.root()));
    }
    let names = start_points::resolve::catalogue_names(&named)
        .map_err(|error| JsFailure::new("duplicate-display-name", error.to_string()))?;
    let mut json = Writer::new();
    json.open('{');
    json.key("names").open('[');
    names.in_order().iter().for_each(|name| json.string(name));
    json.close(']');
    json.key("sorted").open('[');
    names.sorted().for_each(|name| json.string(name));
    json.close(']');
    json.close('}');
    Ok(json.finish())
}
