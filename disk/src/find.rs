//! From paths to what is checked: manifests, docker folders, and what is missing.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use start_points::layout;

use crate::Error;
use crate::repository::parent;

/// How deep below a path manifests are looked for.
const MAX_DEPTH: usize = 32;

/// The files of a docker folder that are checked.
const DOCKER_FILES: [&str; 3] = ["Dockerfile", "Dockerfile.base", "image_name.json"];

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A manifest.
    Manifest(PathBuf),
    /// The docker folder of a repository.
    Docker(PathBuf),
    /// A repository in which there is neither.
    Nothing(PathBuf),
    /// A path that could not be read, and why.
    Unreadable(PathBuf, String),
}

/// Calls `take` with each target, once, in the order of the walk.
///
/// Only where several paths are named, which may overlap, is it kept which ones were taken.
pub fn each(paths: &[PathBuf], take: &mut dyn FnMut(Target) -> Result<(), Error>) -> Result<(), Error> {
    if let [path] = paths {
        return one(path, take);
    }
    let mut taken = HashSet::new();
    for path in paths {
        one(path, &mut |target| {
            let identity =
                target.identity().map_err(|error| Error::Path { path: target.path().to_owned(), error })?;
            if taken.insert(identity) { take(target) } else { Ok(()) }
        })?;
    }
    Ok(())
}

fn one(path: &Path, take: &mut dyn FnMut(Target) -> Result<(), Error>) -> Result<(), Error> {
    let metadata = fs::metadata(path).map_err(|error| Error::Path { path: path.to_owned(), error })?;
    if metadata.is_dir() {
        folder(path, take)
    } else if metadata.is_file() {
        file(path).into_iter().try_for_each(take)
    } else {
        take(Target::Unreadable(path.to_owned(), "is a pipe, socket or device".to_owned()))
    }
}

impl Target {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::Manifest(path) | Self::Docker(path) | Self::Nothing(path) | Self::Unreadable(path, _) => {
                path
            }
        }
    }

    /// What it is, however its path was spelled.
    fn identity(&self) -> io::Result<(Discriminant<Self>, PathBuf)> {
        let path = fs::canonicalize(self.path()).or_else(|_| std::path::absolute(self.path()))?;
        Ok((discriminant(self), path))
    }
}

/// A file is a manifest, or belongs to a docker folder, or to the start-point in whose folder it lies.
fn file(path: &Path) -> Vec<Target> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = fs::canonicalize(parent(path)).unwrap_or_default();
    if DOCKER_FILES.contains(&name) && folder.file_name().is_some_and(|name| name == "docker") {
        let manifest = match parent(path).file_name() {
            Some(_) => parent(parent(path)).join("start_point").join(layout::MANIFEST),
            None => parent(path).join("../start_point").join(layout::MANIFEST),
        };
        let docker = Target::Docker(parent(path).to_owned());
        return if manifest.is_file() { vec![Target::Manifest(manifest), docker] } else { vec![docker] };
    }
    if path.extension().is_some_and(|extension| extension == "json") {
        return vec![Target::Manifest(path.to_owned())];
    }
    owner(path).map(Target::Manifest).into_iter().collect()
}

/// The manifest of the start-point that a file belongs to: the nearest one above it in its repository.
fn owner(path: &Path) -> Option<PathBuf> {
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

/// A folder is a repository or holds many; dot-folders, what git ignores, and links to folders are left out.
fn folder(top: &Path, take: &mut dyn FnMut(Target) -> Result<(), Error>) -> Result<(), Error> {
    let mut walk = WalkBuilder::new(top);
    walk.hidden(true).ignore(false).follow_links(false).max_depth(Some(MAX_DEPTH));
    // The repository that the walk is in, and whether anything was found in it.
    let mut open: Vec<(PathBuf, bool)> = vec![(top.to_owned(), false)];
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error_path(&error).unwrap_or(top).to_owned();
                let reason =
                    error.io_error().map_or_else(|| error.to_string(), |error| error.kind().to_string());
                found(&mut open);
                take(Target::Unreadable(path, reason))?;
                continue;
            }
        };
        let path = entry.path();
        close(&mut open, path, take)?;
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir()) {
            if path != top && path.join(".git").exists() {
                open.push((path.to_owned(), false));
            }
            if entry.file_name() == "docker" && DOCKER_FILES.iter().any(|name| path.join(name).exists()) {
                found(&mut open);
                take(Target::Docker(path.to_owned()))?;
            }
        } else if entry.file_name() == layout::MANIFEST {
            found(&mut open);
            take(Target::Manifest(path.to_owned()))?;
        }
    }
    while let Some((repository, found)) = open.pop() {
        if !found {
            take(Target::Nothing(repository))?;
        }
    }
    Ok(())
}

/// A manifest in a repository is one in every folder around it.
fn found(open: &mut [(PathBuf, bool)]) {
    open.iter_mut().for_each(|(_, found)| *found = true);
}

/// Ends the repositories that `path` is not in.
fn close(
    open: &mut Vec<(PathBuf, bool)>,
    path: &Path,
    take: &mut dyn FnMut(Target) -> Result<(), Error>,
) -> Result<(), Error> {
    while open.len() > 1 && open.last().is_some_and(|(repository, _)| !path.starts_with(repository)) {
        if let Some((repository, false)) = open.pop() {
            take(Target::Nothing(repository))?;
        }
    }
    Ok(())
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}
