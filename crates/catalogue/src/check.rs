//! Checks all sources of a catalogue together: one report, in the order of the sources.

use std::collections::{BTreeMap, HashMap};

use start_points::check::{CheckOptions, CheckOutput, Checker, Docker, StartPoint};
use start_points::files::{FileEntry, NonRegular, normal};
use start_points::levels::Levels;
use start_points::resolve::NameParts;
use start_points::sources::Sources;
use start_points::{DialectChoice, Kind, Report, layout};
use start_points_fetch::source::FetchedFile;

use crate::catalogue::{self, Catalogue, CatalogueRepository, CatalogueStartPoint};
use crate::format::provenance_paths;
use crate::rules;
use crate::source_result::{SourceContent, SourceIdentity, SourceOrigin, SourceResult};

/// The options of [`check`].
#[derive(Debug, Clone)]
pub struct CatalogueOptions {
    /// The kind of every start-point.
    pub kind: Kind,
    /// Where languages image names come from; start-point images have them in the manifest.
    pub dialect: DialectChoice,
    /// Rule levels. A source with a fault below the level error is left out of the catalogue.
    pub levels: Levels,
}

/// The result of checking all sources.
#[derive(Debug, Clone)]
pub struct CheckedCatalogue {
    /// Every diagnostic of every source, in order. A path is `SOURCE#path`, or the source alone: its URL or image name.
    pub report: Report,
    /// The texts that the report points into.
    pub sources: Sources,
    /// The catalogue; `None` if the report has an error, or no source is left.
    pub catalogue: Option<Catalogue>,
}

/// Checks all sources, in their order.
#[must_use]
pub fn check(results: &[SourceResult], options: &CatalogueOptions) -> CheckedCatalogue {
    let mut seen: HashMap<&SourceIdentity, &str> = HashMap::new();
    let mut checker = Checker::new();
    let mut repositories = Vec::new();
    for SourceResult { name, diagnostics, content } in results {
        checker.begin_source(name);
        let check_options = CheckOptions {
            kind: Some(options.kind),
            dialect: content.as_ref().and_then(|content| content.dialect).map_or(options.dialect, Into::into),
            tag: content.as_ref().and_then(|content| content.git_tag.clone()),
            levels: options.levels.clone(),
            ..CheckOptions::default()
        };
        for diagnostic in diagnostics {
            checker.push(diagnostic.clone(), &check_options);
        }
        let Some(content) = content else { continue };
        match seen.get(&content.identity) {
            Some(first) => checker.push(rules::repeated_source(first), &check_options),
            None => {
                seen.insert(&content.identity, name);
                repositories.extend(check_source(&mut checker, content, &check_options));
            }
        }
    }
    let CheckOutput { report, sources, .. } = checker.finish(&|path| text(results, path));
    let is_whole = report.is_clean() && !repositories.is_empty();
    let catalogue = is_whole.then_some(Catalogue { kind: options.kind, repositories });
    CheckedCatalogue { report, sources, catalogue }
}

/// Checks one source and returns its served part; `None` if its origin is unknown.
fn check_source(
    checker: &mut Checker,
    source: &SourceContent,
    options: &CheckOptions,
) -> Option<CatalogueRepository> {
    let files = &source.files;
    let mut start_points = Vec::new();
    let paths = files.files.keys().chain(files.others.keys());
    let mut has_manifest = false;
    for path in paths.clone().filter(|path| layout::is_manifest(path)) {
        has_manifest = true;
        match files.files.get(path) {
            Some(file) => {
                let start_point = StartPoint::read(files, path, &file.bytes, options);
                checker.start_point(&start_point, options);
                start_points.push(start_point);
            }
            None => {
                checker.manifest(files, path, false, options);
            }
        }
    }
    let mut dockers: Vec<&str> = paths.filter_map(|path| layout::docker_of_file(path)).collect();
    dockers.sort_unstable();
    dockers.dedup();
    for folder in dockers {
        checker.docker(files, folder, options);
    }
    let others = files.others.iter();
    for (path, _) in others.filter(|(_, entry)| **entry == FileEntry::Other(NonRegular::Submodule)) {
        has_manifest |= checker.submodule(files, path, options);
    }
    if !has_manifest {
        checker.no_manifest(".", options);
    }
    if let (Some(kind), Some(expected)) = (source.kind, options.kind)
        && kind != expected
    {
        let why = format!("it has a start-point of the kind {kind}, not {expected}");
        checker.push(rules::malformed_source_image(".", &why), options);
    }
    let mut served = BTreeMap::new();
    for start_point in &start_points {
        served.extend(served_files(start_point, &files.files));
    }
    for start_point in &start_points {
        let taken = provenance_paths(start_point.manifest.path()).into_iter();
        for path in taken.filter(|path| served.contains_key(path)) {
            checker.push(rules::reserved_filename(&path), options);
        }
    }
    let mut resolved = Vec::new();
    if !checker.source_has_errors() {
        for start_point in &start_points {
            resolved.extend(resolve(checker, start_point, source, options));
        }
    }
    source.origin.clone().map(|SourceOrigin { url, revision, committed }| CatalogueRepository {
        url,
        revision,
        committed,
        start_points: resolved,
        files: served,
    })
}

fn resolve(
    checker: &mut Checker,
    start_point: &StartPoint<'_>,
    source: &SourceContent,
    options: &CheckOptions,
) -> Option<CatalogueStartPoint> {
    let document = start_point.manifest.document()?;
    let manifest = start_point.manifest.path();
    let revision = source.origin.as_ref().map(|origin| &origin.revision);
    let image_name = catalogue::image_name(start_point, source.git_tag.as_deref(), revision);
    if let Err(error) = &image_name {
        checker.push(rules::unresolved_image_name(manifest, &error.to_string()), options);
    }
    Some(CatalogueStartPoint {
        manifest: manifest.to_string(),
        named: NameParts::from_manifest(document.root()),
        image_name: image_name.ok().flatten(),
    })
}

/// The files of a start-point in a catalogue: its manifest, the files it names, and the file that names its image.
fn served_files(
    start_point: &StartPoint<'_>,
    files: &BTreeMap<String, FetchedFile>,
) -> Vec<(String, FetchedFile)> {
    let manifest = start_point.manifest.path();
    let named = start_point.manifest.named_files().into_iter();
    let inside = named.filter(|name| start_point.files.get(name).is_some());
    let named = inside.map(|name| layout::join(layout::folder(manifest), &normal(name)));
    let docker = start_point.docker.iter().flat_map(Docker::image_name_path);
    let paths = std::iter::once(manifest.to_string()).chain(named).chain(docker);
    paths.filter_map(|path| Some((path.clone(), files.get(&path)?.clone()))).collect()
}

/// The text of a manifest by its path in the report.
fn text(results: &[SourceResult], shown: &str) -> Option<Vec<u8>> {
    results.iter().find_map(|SourceResult { name, content, .. }| {
        let path = shown.strip_prefix(&**name)?.strip_prefix('#')?;
        Some(content.as_ref()?.files.files.get(path)?.bytes.clone())
    })
}
