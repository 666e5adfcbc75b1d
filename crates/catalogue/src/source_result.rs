//! The result of fetching a repository or pulling a start-point image, with the diagnostics so far.

use std::collections::BTreeMap;

use start_points::diagnostic::Diagnostic;
use start_points::files::{FileEntry, NonRegular};
use start_points::repo_url::RepoIdentity;
use start_points::shown::{counted, shown};
use start_points::{Dialect, Kind, RepoUrl, layout};
use start_points_fetch::source::{FetchedContent, FetchedFile};
use start_points_fetch::{FetchError, FetchedSource};
use start_points_oci::{
    CREATED_LABEL, Created, Digest, ImageContents, KIND_LABEL, OciError, REVISION_LABEL, SOURCE_LABEL,
};

use crate::catalogue::Revision;
use crate::rules;
use crate::start_point_image::FOLDER;
use crate::start_point_puller::{PulledStartPoint, limits};

/// The result of fetching or pulling one source.
#[derive(Debug)]
pub struct SourceResult {
    /// Its name in messages: the source URL, or the image name.
    pub(crate) name: String,
    /// The diagnostics so far, with paths relative to the source.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Its content; `None` if it cannot be fetched.
    pub(crate) content: Option<SourceContent>,
}

/// The content of a source.
#[derive(Debug)]
pub(crate) struct SourceContent {
    /// Sources with the same identity are the same.
    pub(crate) identity: SourceIdentity,
    /// Where its files come from; `None` if it does not say.
    pub(crate) origin: Option<SourceOrigin>,
    /// The git tag in its URL.
    pub(crate) git_tag: Option<String>,
    /// The kind and the dialect of its start-points, if it says so itself.
    pub(crate) kind: Option<Kind>,
    pub(crate) dialect: Option<Dialect>,
    /// Its files.
    pub(crate) files: FetchedContent,
}

/// The provenance of files.
#[derive(Debug, Clone)]
pub(crate) struct SourceOrigin {
    pub(crate) url: RepoUrl,
    pub(crate) revision: Revision,
    pub(crate) committed: Created,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum SourceIdentity {
    Repository(RepoIdentity),
    Image(Digest),
}

impl SourceResult {
    /// The result of fetching a repository.
    #[must_use]
    pub fn from_repository(fetched: Result<FetchedSource, FetchError>) -> Self {
        let source = match fetched {
            Ok(source) => source,
            Err(error) => {
                let diagnostics = vec![rules::unfetched_repository(&error)];
                return Self { name: error.url().to_owned(), diagnostics, content: None };
            }
        };
        let FetchedSource { resolved, content, work_tree } = source;
        let name = resolved.url.to_string();
        let diagnostics =
            [rules::moved_tag(&resolved), work_tree.as_ref().and_then(rules::uncommitted_changes)];
        let dirty = work_tree.is_some_and(|work_tree| work_tree.is_dirty());
        let origin = SourceOrigin {
            url: resolved.url.clone(),
            revision: Revision { commit: resolved.commit.clone(), dirty },
            committed: Created::from_unix(content.committed),
        };
        Self {
            diagnostics: diagnostics.into_iter().flatten().collect(),
            name,
            content: Some(SourceContent {
                identity: SourceIdentity::Repository(resolved.url.identity()),
                origin: Some(origin),
                git_tag: resolved.git_tag().map(str::to_owned),
                kind: None,
                dialect: None,
                files: content,
            }),
        }
    }

    /// The result of pulling the start-point image of this name.
    #[must_use]
    pub fn from_image(name: String, pulled: Result<PulledStartPoint, OciError>) -> Self {
        let pulled = match pulled {
            Ok(pulled) => pulled,
            Err(error) => {
                let diagnostics = vec![rules::unpulled_image(&error)];
                return Self { name, diagnostics, content: None };
            }
        };
        let mut diagnostics = Vec::new();
        if let Some(last) = &pulled.moved_from {
            diagnostics.push(rules::moved_image_tag(&pulled.name, last, &pulled.digest));
        }
        let origin = origin(&pulled.labels, &mut diagnostics);
        let kind = pulled.labels.get(KIND_LABEL).and_then(|kind| kind.parse().ok());
        check_paths(&pulled.contents, &mut diagnostics);
        let files = fetched_content(pulled.contents, origin.as_ref());
        Self {
            diagnostics,
            name,
            content: Some(SourceContent {
                identity: SourceIdentity::Image(pulled.digest),
                origin,
                git_tag: None,
                kind,
                // Its manifest has the image name already.
                dialect: Some(Dialect::Pinned),
                files,
            }),
        }
    }
}

/// The origin in the labels; every missing or malformed label is a diagnostic.
fn origin(labels: &BTreeMap<String, String>, diagnostics: &mut Vec<Diagnostic>) -> Option<SourceOrigin> {
    let url = parse_label(labels, SOURCE_LABEL, diagnostics, |text| {
        RepoUrl::parse(text).map_err(|error| error.to_string())
    });
    let revision = parse_label(labels, REVISION_LABEL, diagnostics, |text| {
        text.parse::<Revision>().map_err(|error| error.to_string())
    });
    let created = parse_label(labels, CREATED_LABEL, diagnostics, |text| {
        text.parse::<Created>().map_err(|error| error.to_string())
    });
    Some(SourceOrigin { url: url?, revision: revision?, committed: created? })
}

fn parse_label<T>(
    labels: &BTreeMap<String, String>,
    label: &str,
    diagnostics: &mut Vec<Diagnostic>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let parsed = match labels.get(label) {
        None => Err(format!("it has no label `{label}`")),
        Some(text) => parse(text).map_err(|error| format!("its label `{label}`: {error}")),
    };
    parsed.map_err(|why| diagnostics.push(rules::malformed_source_image(".", &why))).ok()
}

/// Checks that the image has nothing but one start-point in its folder.
fn check_paths(contents: &ImageContents, diagnostics: &mut Vec<Diagnostic>) {
    let manifest = layout::join(FOLDER, layout::MANIFEST);
    let all = contents.files.keys().chain(contents.oversized.keys());
    let all = all.chain(contents.links.keys()).chain(contents.irregular.keys());
    let is_inside = |path: &str| path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'));
    let others: Vec<_> = all.clone().filter(|path| !is_inside(path)).collect();
    if let Some(first) = others.first() {
        let paths = counted(others.len(), "path");
        let why = format!("it has {paths} outside `{FOLDER}/`, such as `{}`", shown(first));
        diagnostics.push(rules::malformed_source_image(".", &why));
    }
    for path in all.filter(|path| layout::is_manifest(path) && is_inside(path) && **path != manifest) {
        diagnostics.push(rules::malformed_source_image(path, "it is a second start-point"));
    }
}

fn fetched_content(contents: ImageContents, origin: Option<&SourceOrigin>) -> FetchedContent {
    let ImageContents { mut files, executable, oversized, links, irregular, .. } = contents;
    let mut left = limits().total_bytes;
    let mut others = BTreeMap::new();
    for (path, target) in links {
        let size = files.get(&target).map_or(0, |bytes| bytes.len() as u64);
        // A link to a file becomes a copy of it.
        match (files.get(&target).cloned(), left.checked_sub(size)) {
            (Some(bytes), Some(rest)) => {
                left = rest;
                files.insert(path, bytes);
            }
            (None, _) if oversized.contains_key(&target) => {
                others.insert(path, FileEntry::Size(oversized[&target]));
            }
            _ => drop(others.insert(path, FileEntry::Other(NonRegular::Unreadable))),
        }
    }
    let file = |(path, bytes)| {
        let executable = executable.contains(&path);
        (path, FetchedFile { bytes, executable })
    };
    let oversized = oversized.into_iter().map(|(path, size)| (path, FileEntry::Size(size)));
    let irregular = irregular.into_iter().map(|(path, other)| (path, FileEntry::Other(other)));
    FetchedContent {
        committed: origin.map(|origin| origin.committed.unix()).unwrap_or_default(),
        files: files.into_iter().map(file).collect(),
        others: others.into_iter().chain(oversized).chain(irregular).collect(),
        ..FetchedContent::default()
    }
}
