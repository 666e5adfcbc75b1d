//! The rules are run: on a manifest, on a docker folder, and on what could be read of a text that is not JSON.

use std::sync::Arc;

use super::manifest::Manifest;
use crate::diagnostic::{Diagnostic, Location};
use crate::docker_folder::Docker;
use crate::dockerfile::Dockerfile;
use crate::files::Files;
use crate::json::{Document, Recovered};
use crate::kind::Dialect;
use crate::rules;
use crate::rules::context::{DockerfileText, JsonText, MAX_DIAGNOSTICS, ManifestContext, RuleContext, Sink};
use crate::rules::invalid_json;
use crate::rules::unreadable::unreadable;

/// Every fault of one manifest, unordered; [`Report`](crate::Report) orders them.
///
/// `files` holds what stands under each of [`Manifest::named_files`] and, for the rule `unnamed-file`, what
/// else lies beside the manifest.
#[must_use]
pub fn check_manifest(
    manifest: &Manifest<'_>,
    files: &Files,
    context: &ManifestContext<'_>,
) -> Vec<Diagnostic> {
    let run = |text: JsonText<'_>, sink: &mut Sink| {
        rules::check_manifest(&RuleContext::new(text, files, context), sink)
    };
    match &manifest.parsed {
        Err(recovered) => check_recovered(&manifest.path, recovered, context.max_faults, &run),
        Ok(document) => {
            let mut sink = Sink::new(context.max_faults);
            run(JsonText { path: &manifest.path, document }, &mut sink);
            sink.finish(Location::file(Arc::clone(&manifest.path)))
        }
    }
}

/// Every fault of the files in a docker folder, each file on its own, unordered.
///
/// `dialect` is that of the start-point whose image is built here. A floating base image is an error where the name of
/// the image is derived from the commit, and a warning where it is pinned, as the deployed checker does not look.
#[must_use]
pub fn check_docker(docker: &Docker, dialect: Dialect) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(file) = &docker.image_name {
        let mut sink = Sink::default();
        match &file.content {
            Err(reason) => sink.push(|| unreadable(&file.path, reason)),
            Ok(bytes) => match Document::parse(bytes) {
                Ok(document) => {
                    rules::check_docker_image_name(
                        JsonText { path: &file.path, document: &document },
                        &mut sink,
                    );
                }
                Err(_) => {
                    let recovered = Document::recover(bytes);
                    found.extend(check_recovered(
                        &file.path,
                        &recovered,
                        MAX_DIAGNOSTICS,
                        &rules::check_docker_image_name,
                    ));
                }
            },
        }
        found.extend(sink.finish(Location::file(Arc::clone(&file.path))));
    }
    let stale = docker.dockerfile_base.is_some();
    for (file, stale) in [(&docker.dockerfile_base, false), (&docker.dockerfile, stale)] {
        let Some(file) = file else { continue };
        let mut sink = Sink::default();
        match &file.content {
            Err(reason) => sink.push(|| unreadable(&file.path, reason)),
            Ok(bytes) => {
                let dockerfile = Dockerfile::read(bytes);
                let is_lenient = stale || dialect == Dialect::Pinned;
                let text = DockerfileText { path: &file.path, dockerfile, is_lenient };
                rules::check_dockerfile(&text, &mut sink);
            }
        }
        found.extend(sink.finish(Location::file(Arc::clone(&file.path))));
    }
    found
}

/// The faults of a text that is not JSON, and those of what could be read. Recovery never invents a fault.
fn check_recovered(
    path: &Arc<str>,
    recovered: &Recovered<'_>,
    max_faults: usize,
    run: &dyn Fn(JsonText<'_>, &mut Sink),
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        recovered.errors.iter().map(|error| invalid_json::diagnose(path, error)).collect();
    let Some(document) = &recovered.document else { return found };
    let mut sink = Sink::new(max_faults);
    run(JsonText { path, document }, &mut sink);
    for mut diagnostic in sink.finish(Location::file(Arc::clone(path))) {
        if !is_certain(recovered, path, &diagnostic) {
            continue;
        }
        // Their edits are made for JSON. They come back when the text is JSON again.
        diagnostic.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.path != *path));
        found.push(diagnostic);
    }
    found
}

fn is_certain(recovered: &Recovered<'_>, path: &Arc<str>, diagnostic: &Diagnostic) -> bool {
    let rule = diagnostic.rule;
    let is_doubtful = recovered.is_partial && rules::needs_whole_text(rule)
        || recovered.has_conflict && rules::needs_no_conflict(rule);
    let place = &diagnostic.place;
    !is_doubtful && (place.path != *path || place.span.is_none_or(|span| recovered.is_certain(span)))
}
