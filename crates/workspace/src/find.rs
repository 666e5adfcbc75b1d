//! Discovery: the manifests and docker folders below paths, and repositories that have neither.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use start_points::layout;

use crate::error::WorkspaceError;
use crate::path::{key_of, parent, path_of, shown};

/// How deep below a path manifests are searched for.
const MAX_DEPTH: usize = 32;

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A manifest whose path was given.
    Manifest(PathBuf),
    /// A file named `manifest.json` in a folder.
    Discovered(PathBuf),
    /// The docker folder of a repository.
    Docker(PathBuf),
    /// A submodule of the repository around it.
    Submodule(PathBuf),
    /// A repository without any manifest.
    EmptyRepository(PathBuf),
    /// A path that cannot be read, and why.
    Unreadable(PathBuf, String),
}

/// Handles a target, and returns whether there was something to check.
pub type TargetVisitor<'a> = dyn FnMut(Target) -> Result<bool, WorkspaceError> + 'a;

/// Calls `visit` with each target once, in the order of the walk.
///
/// Only several paths can overlap: for them it remembers which targets were visited.
///
/// # Errors
/// A given path that cannot be read, and the errors of `visit`.
pub fn visit_targets(paths: &[PathBuf], visit: &mut TargetVisitor<'_>) -> Result<(), WorkspaceError> {
    if let [path] = paths {
        return visit_path(path, visit);
    }
    let mut visited = HashSet::new();
    for path in paths {
        visit_path(path, &mut |target| {
            let identity = target
                .identity()
                .map_err(|error| WorkspaceError::Path { path: target.path().to_owned(), error })?;
            if visited.insert(identity) { visit(target) } else { Ok(true) }
        })?;
    }
    Ok(())
}

fn visit_path(path: &Path, visit: &mut TargetVisitor<'_>) -> Result<(), WorkspaceError> {
    let metadata =
        fs::metadata(path).map_err(|error| WorkspaceError::Path { path: path.to_owned(), error })?;
    if metadata.is_dir() {
        walk_folder(path, visit)
    } else if metadata.is_file() {
        targets_of_file(path).into_iter().try_for_each(|target| visit(target).map(drop))
    } else {
        visit(Target::Unreadable(path.to_owned(), "is a pipe, socket or device".to_owned())).map(drop)
    }
}

impl Target {
    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Manifest(path)
            | Self::Discovered(path)
            | Self::Docker(path)
            | Self::Submodule(path)
            | Self::EmptyRepository(path)
            | Self::Unreadable(path, _) => path,
        }
    }

    /// Its identity, however its path is spelled.
    fn identity(&self) -> io::Result<(Discriminant<Self>, PathBuf)> {
        let path = fs::canonicalize(self.path()).or_else(|_| std::path::absolute(self.path()))?;
        // A manifest that is both given and discovered is one target.
        let same = Self::Manifest(PathBuf::new());
        Ok((discriminant(if matches!(self, Self::Discovered(_)) { &same } else { self }), path))
    }
}

/// A file is a manifest, part of a docker folder, or part of the start-point in its folder.
fn targets_of_file(path: &Path) -> Vec<Target> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = parent(path);
    let is_docker = || Some(fs::canonicalize(folder).ok()?.file_name()? == layout::DOCKER);
    if layout::DOCKER_FILES.contains(&name) && is_docker() == Some(true) {
        let mut manifests = layout::manifests_of_docker(&key_of(folder)).map(|key| path_of(&key)).into_iter();
        let manifest = manifests.find(|path| path.is_file()).map(Target::Discovered);
        return manifest.into_iter().chain([Target::Docker(folder.to_owned())]).collect();
    }
    if path.extension().is_some_and(|extension| extension == "json") {
        return vec![Target::Manifest(path.to_owned())];
    }
    nearest_manifest(path).map(Target::Discovered).into_iter().collect()
}

/// The manifest of the start-point of a file: the nearest one above it in its repository.
fn nearest_manifest(path: &Path) -> Option<PathBuf> {
    let mut folder = parent(path);
    for _ in 0..MAX_DEPTH {
        let manifest = folder.join(layout::MANIFEST);
        if manifest.is_file() {
            return Some(manifest);
        }
        if folder.join(".git").exists() || folder == Path::new(".") {
            return None;
        }
        folder = parent(folder);
    }
    None
}

/// Walks a folder that is a repository or holds some, without dot-folders, git-ignored paths, and links to folders.
fn walk_folder(top: &Path, visit: &mut TargetVisitor<'_>) -> Result<(), WorkspaceError> {
    let mut walk = WalkBuilder::new(top);
    walk.hidden(true).ignore(false).follow_links(false).max_depth(Some(MAX_DEPTH));
    // The repositories around the current path, and whether anything was found in them.
    let mut open: Vec<(PathBuf, bool)> = vec![(top.to_owned(), false)];
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error_path(&error).unwrap_or(top).to_owned();
                let reason =
                    error.io_error().map_or_else(|| error.to_string(), |error| error.kind().to_string());
                mark_found(&mut open);
                visit(Target::Unreadable(path, reason))?;
                continue;
            }
        };
        let path = entry.path();
        close_repositories(&mut open, path, visit)?;
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir()) {
            let git = path.join(".git");
            if path != top && git.is_file() && visit(Target::Submodule(path.to_owned()))? {
                mark_found(&mut open);
            } else if path != top && git.exists() {
                open.push((path.to_owned(), false));
            }
            let has = |name: &&str| path.join(name).symlink_metadata().is_ok();
            if entry.file_name() == layout::DOCKER && layout::DOCKER_FILES.iter().any(has) {
                mark_found(&mut open);
                visit(Target::Docker(path.to_owned()))?;
            }
        } else if entry.file_name() == layout::MANIFEST && visit(Target::Discovered(path.to_owned()))? {
            mark_found(&mut open);
        }
    }
    while let Some((repository, found)) = open.pop() {
        if !found {
            visit(Target::EmptyRepository(repository))?;
        }
    }
    Ok(())
}

/// A manifest in a repository counts for every repository around it.
fn mark_found(open: &mut [(PathBuf, bool)]) {
    open.iter_mut().for_each(|(_, found)| *found = true);
}

/// Closes the repositories that `path` is not in.
fn close_repositories(
    open: &mut Vec<(PathBuf, bool)>,
    path: &Path,
    visit: &mut TargetVisitor<'_>,
) -> Result<(), WorkspaceError> {
    while open.len() > 1 && open.last().is_some_and(|(repository, _)| !path.starts_with(repository)) {
        if let Some((repository, false)) = open.pop() {
            visit(Target::EmptyRepository(repository))?;
        }
    }
    Ok(())
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown(self.path()))
    }
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}
