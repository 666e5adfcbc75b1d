//! The engine's verdict on a catalogue: what stops it from being served, and nothing else.

use start_points::check::{
    Context, Listed, Manifest, check_catalogue, check_docker, check_manifest, unreadable,
};
use start_points::diagnostic::{Diagnostic, Place as FaultPlace};
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report, layout};
use start_points_disk::files::shown;
use start_points_disk::repository::MAX_MANIFEST;

use super::files::Beside;
use crate::error::{Faults, LoadError};

/// Every error, where there is one. What was read is let go again; only texts with a fault are kept.
pub(super) fn check(
    place: &(impl Beside + ?Sized),
    kind: Option<Kind>,
) -> Result<Option<LoadError>, LoadError> {
    let mut found = Vec::new();
    let mut listed = Vec::new();
    let mut sources = Sources::new();
    let manifests = place.manifests()?;
    let count = manifests.len();
    for (_, path) in manifests {
        let shown = shown(&place.called(&path));
        let bytes = match place.bytes(&path, MAX_MANIFEST) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) => {
                found.push(unreadable(&shown, &error.to_string()));
                continue;
            }
        };
        let manifest = Manifest::parse(shown.as_str(), &bytes);
        let mut of_one = one(place, &path, &manifest, kind);
        of_one.retain(|found| found.severity == Severity::Error);
        if !of_one.is_empty() {
            sources.insert(shown, bytes.to_vec());
        }
        found.append(&mut of_one);
        if let Some((name, span)) = manifest.display_name() {
            let place = FaultPlace::new(manifest.path().clone(), span);
            listed.push(Listed { display_name: name.to_owned(), place });
        }
    }
    found.extend(check_catalogue(&listed).into_iter().filter(|found| found.severity == Severity::Error));
    let report = Report::new(found, count);
    let faults = || LoadError::Faults(Box::new(Faults { report: report.clone(), sources }));
    Ok((!report.is_clean()).then(faults))
}

/// What a manifest says of its image decides the dialect: a catalogue may have been made in either.
fn one(
    place: &(impl Beside + ?Sized),
    path: &str,
    manifest: &Manifest<'_>,
    kind: Option<Kind>,
) -> Vec<Diagnostic> {
    let docker = place.docker(path);
    let kind = kind.or_else(|| layout::kind_of_place(path)).unwrap_or_else(|| {
        let has_docker = docker.as_ref().is_some_and(|docker| docker.image_name.is_some());
        manifest.document().map_or(Kind::Languages, |document| layout::kind_of_content(document, has_docker))
    });
    let names_its_image = manifest.document().is_some_and(|read| read.root().get("image_name").is_some());
    let dialect = if names_its_image { Dialect::Pinned } else { Dialect::Derived };
    let docker = docker.filter(|_| kind == Kind::Languages && dialect == Dialect::Derived);
    let context = Context { docker: docker.as_ref(), ..Context::new(kind, dialect) };
    let mut found = check_manifest(manifest, &place.files(path, manifest), &context);
    found.extend(docker.iter().flat_map(check_docker));
    found
}
