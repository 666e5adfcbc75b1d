//! From a manifest to what is served, and from two of those to a practice session.

use start_points::check::{Docker, Manifest, StartPoint};
use start_points::files::Files;
use start_points::json::{Document, Node};
use start_points::resolve::{Provenance, Resolved};
use start_points::{CommitSha, Dialect, Kind};

use crate::check;
use crate::failure::{Failure, document};
use crate::request::{Request, malformed};

/// Parts: options, path, manifest, image name of `docker/image_name.json`, source URL, its commit, then files.
pub(crate) fn resolve(request: &mut Request<'_>) -> Result<String, Failure> {
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
pub(crate) fn mix(request: &mut Request<'_>) -> Result<String, Failure> {
    let language = document(request.bytes()?)?;
    let exercise = request.optional_bytes()?.map(document).transpose()?;
    let files = Files::new();
    let language = resolved(&language, &files)?;
    let exercise = exercise.as_ref().map(|document| resolved(document, &files)).transpose()?;
    Ok(start_points::resolve::mix(&language, exercise.as_ref()).node().to_string())
}

fn provenance(request: &mut Request<'_>) -> Result<Option<Provenance>, Failure> {
    let (Some(url), Some(sha)) = (request.optional_text()?, request.optional_text()?) else {
        return Ok(None);
    };
    let sha: CommitSha = sha.parse().map_err(|error| Failure::new("bad-commit", format!("{error}")))?;
    Ok(Some(Provenance { url: url.to_owned(), sha }))
}

/// A manifest that is resolved already; resolving it again leaves it as it is.
fn resolved<'a>(document: &Document<'a>, files: &'a Files) -> Result<Resolved<'a>, Failure> {
    if document.root().get("visible_files").and_then(Node::as_object).is_none() {
        let hint = "resolve it first".to_owned();
        return Err(Failure::new("not-resolved", "the manifest has no `visible_files`").hint(Some(hint)));
    }
    let kind = Kind::Exercises;
    Ok(start_points::resolve::resolve(document, files, kind, Dialect::Pinned, None, None, None)?)
}
