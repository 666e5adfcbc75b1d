//! Checking a tree of files that is in memory: a dropped folder, an unpacked archive, a conformance case.

use std::sync::Arc;

use super::{
    Context, Docker, Listed, Manifest, SourceFile, check_catalogue, check_docker, check_manifest, no_manifest,
};
use crate::diagnostic::{Diagnostic, Place};
use crate::files::{Entry, Files, Other};
use crate::kind::{Dialect, Kind};
use crate::layout;
use crate::levels::Levels;
use crate::order::sorted;
use crate::part;
use crate::report::Report;
use crate::sources::Sources;
use crate::text_map::TextMap;

/// Files by path, relative to the top of the tree, with forward slashes.
pub type Tree = TextMap<Entry>;

/// How a tree is checked.
#[derive(Debug, Clone, Default)]
pub struct TreeOptions {
    /// The kind of every manifest; `None` finds it from where each lies and what it says.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: Dialect,
    /// The git tag that the source URL names, where it names one.
    pub tag: Option<String>,
    /// Rule levels.
    pub levels: Levels,
}

/// Checks every manifest and docker folder of a tree, and the manifests of each kind together.
///
/// Answers the report and the texts that its places point into.
#[must_use]
pub fn check_tree(tree: &Tree, options: &TreeOptions) -> (Report, Sources) {
    let mut found = Vec::new();
    let mut listed: [Vec<Listed>; Kind::ALL.len()] = Default::default();
    let manifests: Vec<&Arc<str>> =
        tree.iter().map(|(path, _)| path).filter(|path| layout::is_manifest(path)).collect();
    for path in &manifests {
        check_one(path, tree, options, &mut found, &mut listed);
    }
    let dockers = docker_folders(tree);
    for folder in &dockers {
        found.extend(check_docker(&docker(folder, tree)));
    }
    found.extend(tree.iter().filter_map(|(path, entry)| match entry {
        Entry::Other(other) => super::submodule_start_point(path, *other),
        _ => None,
    }));
    if manifests.is_empty() && dockers.is_empty() && found.is_empty() {
        found.push(no_manifest("."));
    }
    for listed in &listed {
        found.extend(check_catalogue(listed));
    }
    options.levels.apply(&mut found);
    let sources = sources(&found, tree);
    (Report::new(found, manifests.len()), sources)
}

fn check_one(
    path: &str,
    tree: &Tree,
    options: &TreeOptions,
    found: &mut Vec<Diagnostic>,
    listed: &mut [Vec<Listed>; Kind::ALL.len()],
) {
    let bytes = match tree.get(path) {
        Some(Entry::Content(bytes)) => bytes,
        Some(Entry::Other(other)) => {
            found.push(super::unreadable(path, &reason(*other)));
            return;
        }
        _ => {
            found.push(super::unreadable(path, "its content is not at hand"));
            return;
        }
    };
    let manifest = Manifest::parse(path, bytes);
    let docker = layout::docker_folder(path).map(|folder| docker(&folder, tree));
    let has_docker = || tree.beginning_with("docker/").next().is_some();
    let kind = options.kind.unwrap_or_else(|| manifest.likely_kind(has_docker));
    let context =
        Context { kind, dialect: options.dialect, tag: options.tag.as_deref(), docker: docker.as_ref() };
    found.extend(check_manifest(&manifest, &beside(path, &manifest, tree), &context));
    if let Some((name, span)) = manifest.display_name() {
        let place = Place::new(Arc::clone(manifest.path()), span);
        listed[kind as usize].push(Listed { display_name: name.to_owned(), place });
    }
}

/// The files that a manifest names, and what else lies in its folder.
fn beside(path: &str, manifest: &Manifest<'_>, tree: &Tree) -> Files {
    let folder = layout::folder(path);
    let mut files = Files::new();
    let prefix = layout::join(folder, "");
    for (path, entry) in tree.beginning_with(&prefix) {
        let name = part(path, prefix.len()..);
        if !name.contains('/') {
            files.insert(name, entry.clone());
        }
    }
    for name in manifest.named_files() {
        let path = layout::join(folder, &crate::files::normal(name));
        if let Some(entry) = tree.get(&path) {
            files.insert(name, entry.clone());
        } else if tree.beginning_with(&format!("{path}/")).next().is_some() {
            files.insert(name, Entry::Other(Other::Folder));
        }
    }
    files
}

/// Why something that is no regular file cannot be read.
fn reason(other: Other) -> String {
    match other {
        Other::Unreadable => "permission denied".to_owned(),
        _ => format!("is {}", other.describe()),
    }
}

fn docker_folders(tree: &Tree) -> Vec<String> {
    let is_docker = |path: &&Arc<str>| {
        let folder = layout::folder(path);
        let name = part(path, folder.len()..).trim_start_matches('/');
        folder.rsplit('/').next() == Some("docker")
            && matches!(name, "Dockerfile" | "Dockerfile.base" | "image_name.json")
            && layout::is_manifest(&layout::join(folder, layout::MANIFEST))
    };
    let folders = tree
        .iter()
        .map(|(path, _)| path)
        .filter(is_docker)
        .map(|path| layout::folder(path).to_owned())
        .collect();
    let mut folders = sorted(folders, String::cmp);
    folders.dedup();
    folders
}

fn docker(folder: &str, tree: &Tree) -> Docker {
    let file = |name| {
        let path = layout::join(folder, name);
        let content = match tree.get(&path)? {
            Entry::Content(bytes) => Ok(bytes.clone()),
            Entry::Size(_) => Err("its content is not at hand".to_owned()),
            Entry::Other(other) => Err(reason(*other)),
        };
        Some(SourceFile { path: path.into(), content })
    };
    Docker {
        path: folder.into(),
        image_name: file("image_name.json"),
        dockerfile: file("Dockerfile"),
        dockerfile_base: file("Dockerfile.base"),
    }
}

fn sources(found: &[Diagnostic], tree: &Tree) -> Sources {
    let mut sources = Sources::new();
    let places = found.iter().flat_map(|found| {
        std::iter::once(&found.place.path).chain(found.related.iter().map(|related| &related.place.path))
    });
    for path in places {
        if sources.get(path).is_some() {
            continue;
        }
        if let Some(Entry::Content(bytes)) = tree.get(path) {
            sources.insert(Arc::clone(path), bytes.clone());
        }
    }
    sources
}
