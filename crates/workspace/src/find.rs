//! From paths to what is checked: manifests, docker folders, and what is missing.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use start_points::layout;

use crate::Error;
use crate::path::{key_of, parent, path_of, shown};

/// How deep below a path manifests are looked for.
const MAX_DEPTH: usize = 32;

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A manifest that was named.
    Manifest(PathBuf),
    /// A file named `manifest.json` that was found in a folder.
    Found(PathBuf),
    /// The docker folder of a repository.
    Docker(PathBuf),
    /// A folder that is a submodule of the repository around it.
    Submodule(PathBuf),
    /// A repository in which there is neither.
    Nothing(PathBuf),
    /// A path that could not be read, and why.
    Unreadable(PathBuf, String),
}

/// Takes a target, and answers whether there was something to check.
pub type Take<'a> = dyn FnMut(Target) -> Result<bool, Error> + 'a;

/// Calls `take` with each target, once, in the order of the walk.
///
/// Only where several paths are named, which may overlap, is it kept which ones were taken.
///
/// # Errors
/// A path that is named and cannot be read, and what `take` answers.
pub fn each(paths: &[PathBuf], take: &mut Take<'_>) -> Result<(), Error> {
    if let [path] = paths {
        return one(path, take);
    }
    let mut taken = HashSet::new();
    for path in paths {
        one(path, &mut |target| {
            let identity =
                target.identity().map_err(|error| Error::Path { path: target.path().to_owned(), error })?;
            if taken.insert(identity) { take(target) } else { Ok(true) }
        })?;
    }
    Ok(())
}

fn one(path: &Path, take: &mut Take<'_>) -> Result<(), Error> {
    let metadata = fs::metadata(path).map_err(|error| Error::Path { path: path.to_owned(), error })?;
    if metadata.is_dir() {
        folder(path, take)
    } else if metadata.is_file() {
        file(path).into_iter().try_for_each(|target| take(target).map(drop))
    } else {
        take(Target::Unreadable(path.to_owned(), "is a pipe, socket or device".to_owned())).map(drop)
    }
}

impl Target {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::Manifest(path)
            | Self::Found(path)
            | Self::Docker(path)
            | Self::Submodule(path)
            | Self::Nothing(path)
            | Self::Unreadable(path, _) => path,
        }
    }

    /// What it is, however its path was spelled.
    fn identity(&self) -> io::Result<(Discriminant<Self>, PathBuf)> {
        let path = fs::canonicalize(self.path()).or_else(|_| std::path::absolute(self.path()))?;
        // A manifest that is named and found is one.
        let same = Self::Manifest(PathBuf::new());
        Ok((discriminant(if matches!(self, Self::Found(_)) { &same } else { self }), path))
    }
}

/// A file is a manifest, or belongs to a docker folder, or to the start-point in whose folder it lies.
fn file(path: &Path) -> Vec<Target> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = parent(path);
    let is_docker = || Some(fs::canonicalize(folder).ok()?.file_name()? == layout::DOCKER);
    if layout::DOCKER_FILES.contains(&name) && is_docker() == Some(true) {
        let mut manifests = layout::manifests_of_docker(&key_of(folder)).map(|key| path_of(&key)).into_iter();
        let manifest = manifests.find(|path| path.is_file()).map(Target::Found);
        return manifest.into_iter().chain([Target::Docker(folder.to_owned())]).collect();
    }
    if path.extension().is_some_and(|extension| extension == "json") {
        return vec![Target::Manifest(path.to_owned())];
    }
    owner(path).map(Target::Found).into_iter().collect()
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
fn folder(top: &Path, take: &mut Take<'_>) -> Result<(), Error> {
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
            let git = path.join(".git");
            if path != top && git.is_file() && take(Target::Submodule(path.to_owned()))? {
                found(&mut open);
            } else if path != top && git.exists() {
                open.push((path.to_owned(), false));
            }
            let has = |name: &&str| path.join(name).symlink_metadata().is_ok();
            if entry.file_name() == layout::DOCKER && layout::DOCKER_FILES.iter().any(has) {
                found(&mut open);
                take(Target::Docker(path.to_owned()))?;
            }
        } else if entry.file_name() == layout::MANIFEST && take(Target::Found(path.to_owned()))? {
            found(&mut open);
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
fn close(open: &mut Vec<(PathBuf, bool)>, path: &Path, take: &mut Take<'_>) -> Result<(), Error> {
    while open.len() > 1 && open.last().is_some_and(|(repository, _)| !path.starts_with(repository)) {
        if let Some((repository, false)) = open.pop() {
            take(Target::Nothing(repository))?;
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
