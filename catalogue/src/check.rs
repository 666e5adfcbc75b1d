//! Checking all sources of a catalogue together: one report, in the order in which they are named.

use std::collections::{BTreeMap, HashMap};

use start_points::check::{Listed, Manifest, TreeOptions, check_catalogue, check_tree, no_manifest};
use start_points::diagnostic::{Diagnostic, Place};
use start_points::levels::Levels;
use start_points::resolve::Named;
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report, layout};

use crate::catalogue::{Catalogue, Repository, StartPoint};
use crate::gathered::{Gathered, Had, Identity, Origin};
use crate::image_name::{self, ImageSource};
use crate::layout::provenance;
use crate::{named, place, rules};

/// The rules that look at all start-points of a catalogue: a repository alone would be told twice.
const OF_ALL: [&str; 2] = ["duplicate-display-name", "similar-display-name"];

/// How sources are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The kind of every start-point.
    pub kind: Kind,
    /// Where languages image names come from; in an image of a start-point they are in the manifest.
    pub dialect: Dialect,
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
    /// The catalogue; none where the report has an error, or nothing is left.
    pub catalogue: Option<Catalogue>,
}

/// One source under check.
#[derive(Default)]
struct Judged {
    found: Vec<Diagnostic>,
    listed: Vec<Listed>,
    manifests: usize,
    repository: Option<Repository>,
}

/// Checks what was gathered, in its order.
#[must_use]
pub fn check(gathered: &[Gathered], options: &Options) -> Checked {
    let mut seen: HashMap<&Identity, &str> = HashMap::new();
    let mut judged: Vec<Judged> = Vec::new();
    for Gathered { name, found, had } in gathered {
        let mut judged_one = match had {
            None => Judged::default(),
            Some(had) => match seen.get(&had.identity) {
                Some(first) => Judged {
                    found: vec![place::under(name, rules::repeated_source(first))],
                    ..Judged::default()
                },
                None => {
                    seen.insert(&had.identity, name);
                    one(name, had, options)
                }
            },
        };
        judged_one.found.extend(found.iter().cloned());
        options.levels.apply(&mut judged_one.found);
        judged.push(judged_one);
    }
    check_names(&mut judged, &options.levels);
    let reports =
        judged.iter_mut().map(|judged| Report::new(std::mem::take(&mut judged.found), judged.manifests));
    let report = Report::joined(reports);
    let sources = sources(&report, gathered);
    let repositories: Vec<_> = judged.into_iter().filter_map(|judged| judged.repository).collect();
    let is_whole = report.is_clean() && !repositories.is_empty();
    let catalogue = is_whole.then_some(Catalogue { kind: options.kind, repositories });
    Checked { report, sources, catalogue }
}

fn one(name: &str, had: &Had, options: &Options) -> Judged {
    let dialect = had.dialect.unwrap_or(options.dialect);
    let tree_options = TreeOptions {
        kind: Some(options.kind),
        dialect,
        tag: had.git_tag.clone(),
        levels: options.levels.clone(),
    };
    let (report, _) = check_tree(&had.content.tree(), &tree_options);
    let manifests = report.summary().manifests;
    let of_one = |found: &&Diagnostic| !OF_ALL.contains(&found.rule.id);
    let mut found: Vec<_> = report.diagnostics().iter().filter(of_one).cloned().collect();
    if manifests == 0 && found.iter().all(|found| found.rule.id != "no-manifest") {
        found.push(no_manifest("."));
    }
    if let Some(kind) = had.kind.filter(|kind| *kind != options.kind) {
        let why = format!("it holds a start-point of the kind {kind}, not {}", options.kind);
        found.push(rules::malformed_source_image(".", &why));
    }
    let files = named::belonging(&had.content.files, |file| &file.bytes);
    for path in files.keys().filter(|path| layout::is_manifest(path)) {
        let taken = provenance(path).into_iter().filter(|path| files.contains_key(path));
        found.extend(taken.map(|path| rules::reserved_filename(&path)));
    }
    options.levels.apply(&mut found);
    let mut judged = Judged { manifests, ..Judged::default() };
    let has_errors = found.iter().any(|found| found.severity == Severity::Error);
    let mut start_points = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| layout::is_manifest(path)) {
        let manifest = Manifest::parse(path.as_str(), &file.bytes);
        if let Some((display_name, span)) = manifest.display_name() {
            let place = Place::new(place::of(name, path), span);
            judged.listed.push(Listed { display_name: display_name.to_owned(), place });
        }
        let Some(document) = manifest.document().filter(|_| !has_errors) else { continue };
        let docker = named::docker_image_name(path)
            .and_then(|path| named::declared_image_name(files.get(&path)?.bytes.clone()));
        let image_source = ImageSource {
            manifest: document.root().get("image_name").and_then(|node| node.as_str()),
            docker: docker.as_deref(),
            git_tag: had.git_tag.as_deref(),
            revision: had.origin.as_ref().map(|origin| &origin.revision),
        };
        let image_name = image_name::resolved(options.kind, dialect, image_source);
        if let Err(error) = &image_name {
            found.push(rules::unresolved_image_name(path, &error.to_string()));
        }
        let (manifest, named) = (path.clone(), Named::of(document.root()));
        start_points.push(StartPoint { manifest, named, image_name: image_name.ok().flatten() });
    }
    judged.repository = had.origin.clone().map(|Origin { url, revision, committed }| Repository {
        url,
        revision,
        committed,
        start_points,
        files,
    });
    judged.found = found.into_iter().map(|found| place::under(name, found)).collect();
    judged
}

/// Adds the faults of all names together, each to the source that it is in.
fn check_names(judged: &mut [Judged], levels: &Levels) {
    let mut listed = Vec::new();
    let mut owners = HashMap::new();
    for (index, judged) in judged.iter_mut().enumerate() {
        owners.extend(judged.listed.iter().map(|listed| (listed.place.path.clone(), index)));
        listed.append(&mut judged.listed);
    }
    let mut found = check_catalogue(&listed);
    levels.apply(&mut found);
    for found in found {
        let owner = owners.get(&found.place.path).and_then(|index| judged.get_mut(*index));
        if let Some(owner) = owner {
            owner.found.push(found);
        }
    }
}

fn sources(report: &Report, gathered: &[Gathered]) -> Sources {
    let mut texts = BTreeMap::new();
    for Gathered { name, had, .. } in gathered {
        let files = had.iter().flat_map(|had| &had.content.files);
        texts.extend(files.map(|(path, file)| (place::of(name, path), file.bytes.as_slice())));
    }
    let mut sources = Sources::new();
    for found in report.diagnostics() {
        let places = std::iter::once(&found.place).chain(found.related.iter().map(|related| &related.place));
        for place in places {
            if let Some(bytes) = texts.get(&*place.path).filter(|_| sources.get(&place.path).is_none()) {
                sources.insert(place.path.clone(), bytes.to_vec());
            }
        }
    }
    sources
}
