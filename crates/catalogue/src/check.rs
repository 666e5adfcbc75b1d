//! Checking all sources of a catalogue together: one report, in the order in which they are named.

use std::collections::{BTreeMap, HashMap};

use start_points::check::{CheckOptions, CheckOutput, Checker, Docker, StartPoint};
use start_points::files::{Entry, Other, normal};
use start_points::levels::Levels;
use start_points::resolve::Named;
use start_points::sources::Sources;
use start_points::{DialectChoice, Kind, Report, layout};
use start_points_fetch::source::FetchedFile;

use crate::catalogue::{self, Catalogue, Repository};
use crate::gathered::{Gathered, Had, Identity, Origin};
use crate::layout::provenance;
use crate::{image_name, rules};

/// How sources are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The kind of every start-point.
    pub kind: Kind,
    /// Where languages image names come from; in an image of a start-point they are in the manifest.
    pub dialect: DialectChoice,
    /// Rule levels. A source whose fault is no error by them is left out of the catalogue.
    pub levels: Levels,
}

/// What became of the sources.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Every fault of every source, in their order. A path is `SOURCE#path`, or the source alone: its URL, or the
    /// image's name.
    pub report: Report,
    /// The texts that the report points into.
    pub sources: Sources,
    /// The catalogue; `None` where the report has an error, or nothing is left.
    pub catalogue: Option<Catalogue>,
}

/// Checks what was gathered, in its order.
#[must_use]
pub fn check(gathered: &[Gathered], options: &Options) -> Checked {
    let mut seen: HashMap<&Identity, &str> = HashMap::new();
    let mut checker = Checker::new();
    let mut repositories = Vec::new();
    for Gathered { name, found, had } in gathered {
        checker.begin_source(name);
        let check_options = CheckOptions {
            kind: Some(options.kind),
            dialect: had.as_ref().and_then(|had| had.dialect).map_or(options.dialect, Into::into),
            tag: had.as_ref().and_then(|had| had.git_tag.clone()),
            levels: options.levels.clone(),
            ..CheckOptions::default()
        };
        for fault in found {
            checker.push(fault.clone(), &check_options);
        }
        let Some(had) = had else { continue };
        match seen.get(&had.identity) {
            Some(first) => checker.push(rules::repeated_source(first), &check_options),
            None => {
                seen.insert(&had.identity, name);
                repositories.extend(repository(&mut checker, had, &check_options));
            }
        }
    }
    let CheckOutput { report, sources, .. } = checker.finish(&|path| text(gathered, path));
    let is_whole = report.is_clean() && !repositories.is_empty();
    let catalogue = is_whole.then_some(Catalogue { kind: options.kind, repositories });
    Checked { report, sources, catalogue }
}

/// Checks one source, and answers what of it is served; `None` where it does not say where it comes from.
fn repository(checker: &mut Checker, had: &Had, options: &CheckOptions) -> Option<Repository> {
    let content = &had.content;
    let mut start_points = Vec::new();
    let paths = content.files.keys().chain(content.others.keys());
    let mut has_manifest = false;
    for path in paths.clone().filter(|path| layout::is_manifest(path)) {
        has_manifest = true;
        match content.files.get(path) {
            Some(file) => {
                let start_point = StartPoint::read(content, path, &file.bytes, options);
                checker.start_point(&start_point, options);
                start_points.push(start_point);
            }
            None => {
                checker.manifest(content, path, false, options);
            }
        }
    }
    let mut dockers: Vec<&str> = paths.filter_map(|path| layout::docker_of_file(path)).collect();
    dockers.sort_unstable();
    dockers.dedup();
    for folder in dockers {
        checker.docker(content, folder, options);
    }
    let others = content.others.iter();
    for (path, _) in others.filter(|(_, entry)| **entry == Entry::Other(Other::Submodule)) {
        has_manifest |= checker.submodule(content, path, options);
    }
    if !has_manifest {
        checker.no_manifest(".", options);
    }
    if let (Some(kind), Some(expected)) = (had.kind, options.kind)
        && kind != expected
    {
        let why = format!("it holds a start-point of the kind {kind}, not {expected}");
        checker.push(rules::malformed_source_image(".", &why), options);
    }
    let mut files = BTreeMap::new();
    for start_point in &start_points {
        files.extend(belonging(start_point, &content.files));
    }
    for start_point in &start_points {
        let taken = provenance(start_point.manifest.path()).into_iter();
        for path in taken.filter(|path| files.contains_key(path)) {
            checker.push(rules::reserved_filename(&path), options);
        }
    }
    let mut resolved = Vec::new();
    if !checker.source_has_errors() {
        for start_point in &start_points {
            resolved.extend(self::resolved(checker, start_point, had, options));
        }
    }
    had.origin.clone().map(|Origin { url, revision, committed }| Repository {
        url,
        revision,
        committed,
        start_points: resolved,
        files,
    })
}

fn resolved(
    checker: &mut Checker,
    start_point: &StartPoint<'_>,
    had: &Had,
    options: &CheckOptions,
) -> Option<catalogue::StartPoint> {
    let document = start_point.manifest.document()?;
    let manifest = start_point.manifest.path();
    let revision = had.origin.as_ref().map(|origin| &origin.revision);
    let image_name = image_name::resolved(start_point, had.git_tag.as_deref(), revision);
    if let Err(error) = &image_name {
        checker.push(rules::unresolved_image_name(manifest, &error.to_string()), options);
    }
    Some(catalogue::StartPoint {
        manifest: manifest.to_string(),
        named: Named::of(document.root()),
        image_name: image_name.ok().flatten(),
    })
}

/// The files that a catalogue keeps of a start-point: its manifest, the files that it names, and what names its image.
fn belonging(
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

/// The text of a manifest, as the report names it.
fn text(gathered: &[Gathered], shown: &str) -> Option<Vec<u8>> {
    gathered.iter().find_map(|Gathered { name, had, .. }| {
        let path = shown.strip_prefix(&**name)?.strip_prefix('#')?;
        Some(had.as_ref()?.content.files.get(path)?.bytes.clone())
    })
}
