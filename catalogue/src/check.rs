//! Checking all sources of a catalogue together: one report, in the order of the URLs.

use std::collections::{BTreeMap, HashMap};

use start_points::check::{Listed, Manifest, TreeOptions, check_catalogue, check_tree, no_manifest};
use start_points::diagnostic::{Diagnostic, Place};
use start_points::levels::Levels;
use start_points::repo_url::RepoIdentity;
use start_points::resolve::Named;
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report, layout};
use start_points_fetch::{FetchError, Source};
use start_points_image::Created;

use crate::catalogue::{Catalogue, Repository, StartPoint};
use crate::image_name::{self, ImageSource};
use crate::layout::provenance;
use crate::revision::Revision;
use crate::{named, place, rules};

/// The rules that look at all start-points of a catalogue: a repository alone would be told twice.
const OF_ALL: [&str; 2] = ["duplicate-display-name", "similar-display-name"];

/// How sources are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The kind of every start-point.
    pub kind: Kind,
    /// Where languages image names come from.
    pub dialect: Dialect,
    /// Rule levels.
    pub levels: Levels,
}

/// What became of the sources.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Every fault of every repository, in the order of the URLs. A path is `URL#path`, or the URL alone.
    pub report: Report,
    /// The texts that the report points into.
    pub sources: Sources,
    /// The catalogue; none where the report has an error.
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

/// Checks what was fetched, in the order of the URLs.
#[must_use]
pub fn check(fetched: &[Result<Source, FetchError>], options: &Options) -> Checked {
    let mut seen: HashMap<RepoIdentity, String> = HashMap::new();
    let mut judged = Vec::new();
    for fetched in fetched {
        judged.push(match fetched {
            Err(error) => Judged { found: vec![rules::unfetched_repository(error)], ..Judged::default() },
            Ok(source) => {
                let url = source.resolved.url.to_string();
                match seen.get(&source.resolved.url.identity()) {
                    Some(first) => {
                        let found = vec![place::under(&url, rules::repeated_source(first))];
                        Judged { found, ..Judged::default() }
                    }
                    None => {
                        seen.insert(source.resolved.url.identity(), url.clone());
                        one(&url, source, options)
                    }
                }
            }
        });
    }
    check_names(&mut judged, &options.levels);
    let reports =
        judged.iter_mut().map(|judged| Report::new(std::mem::take(&mut judged.found), judged.manifests));
    let report = Report::joined(reports);
    let sources = sources(&report, fetched);
    let repositories: Option<Vec<_>> = judged.into_iter().map(|judged| judged.repository).collect();
    let catalogue = repositories
        .filter(|_| report.is_clean())
        .map(|repositories| Catalogue { kind: options.kind, repositories });
    Checked { report, sources, catalogue }
}

fn one(url: &str, source: &Source, options: &Options) -> Judged {
    let tree_options = TreeOptions {
        kind: Some(options.kind),
        dialect: options.dialect,
        tag: source.resolved.git_tag().map(str::to_owned),
        levels: options.levels.clone(),
    };
    let (report, _) = check_tree(&source.tree(), &tree_options);
    let manifests = report.summary().manifests;
    let of_one = |found: &&Diagnostic| !OF_ALL.contains(&found.rule.id);
    let mut found: Vec<_> = report.diagnostics().iter().filter(of_one).cloned().collect();
    if manifests == 0 && found.iter().all(|found| found.rule.id != "no-manifest") {
        found.push(no_manifest("."));
    }
    found.extend(rules::moved_tag(&source.resolved));
    found.extend(source.work_tree.as_ref().and_then(rules::uncommitted_changes));
    let files = named::belonging(&source.content.files, |file| &file.bytes);
    for path in files.keys().filter(|path| layout::is_manifest(path)) {
        let taken = provenance(path).into_iter().filter(|path| files.contains_key(path));
        found.extend(taken.map(|path| rules::reserved_filename(&path)));
    }
    let mut judged = Judged { manifests, ..Judged::default() };
    let dirty = source.work_tree.as_ref().is_some_and(|work_tree| work_tree.is_dirty());
    let mut repository = Repository {
        url: source.resolved.url.clone(),
        revision: Revision { commit: source.resolved.commit.clone(), dirty },
        committed: Created::from_unix(source.content.committed),
        start_points: Vec::new(),
        files,
    };
    let mut start_points = Vec::new();
    let has_errors = found.iter().any(|found| found.severity == Severity::Error);
    for (path, file) in repository.files.iter().filter(|(path, _)| layout::is_manifest(path)) {
        let manifest = Manifest::parse(path.as_str(), &file.bytes);
        if let Some((name, span)) = manifest.display_name() {
            let place = Place::new(place::of(url, path), span);
            judged.listed.push(Listed { display_name: name.to_owned(), place });
        }
        let Some(document) = manifest.document().filter(|_| !has_errors) else { continue };
        let docker = named::docker_image_name(path)
            .and_then(|path| named::declared_image_name(repository.files.get(&path)?.bytes.clone()));
        let image_source = ImageSource {
            manifest: document.root().get("image_name").and_then(|node| node.as_str()),
            docker: docker.as_deref(),
            git_tag: source.resolved.git_tag(),
            revision: Some(&repository.revision),
        };
        match image_name::resolved(options.kind, options.dialect, image_source) {
            Ok(image_name) => start_points.push(StartPoint {
                manifest: path.clone(),
                named: Named::of(document.root()),
                image_name,
            }),
            Err(error) => found.push(rules::unresolved_image_name(path, &error.to_string())),
        }
    }
    repository.start_points = start_points;
    judged.found = found.into_iter().map(|found| place::under(url, found)).collect();
    Judged { repository: Some(repository), ..judged }
}

/// Adds the faults of all names together, each to the repository that it is in.
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

fn sources(report: &Report, fetched: &[Result<Source, FetchError>]) -> Sources {
    let mut texts = BTreeMap::new();
    for source in fetched.iter().flatten() {
        let url = source.resolved.url.to_string();
        let files = source.content.files.iter();
        texts.extend(files.map(|(path, file)| (place::of(&url, path), file.bytes.as_slice())));
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
