//! Fixes: computed in memory until none is left, then written, each file atomically and only if it is unchanged.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use start_points::check::CheckOutput;
use start_points::files::as_text;
use start_points::fix::Changes;
use start_points::layout;
use start_points::text_map::TextMap;
use start_points_io::{Cancel, RepositoryWriter, RewriteOutcome};

use crate::checker::DiskOutput;
use crate::disk_files::DiskFiles;
use crate::error::WorkspaceError;
use crate::path;
use crate::path::parent;

/// The most faults of one text in one round of fixes.
pub const MAX_FAULTS: usize = 100_000;

/// Fixes that overlap are made in rounds. Each round makes at least half of the remaining ones.
const MAX_ROUNDS: usize = 64;

/// An applied fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFix {
    /// The file of its fault.
    pub path: Arc<str>,
    /// The line of the fault when it was fixed, if it has one.
    pub line: Option<usize>,
    /// The rule that found it.
    pub rule: &'static str,
    /// What it does.
    pub title: String,
}

/// A file that fixes change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFile {
    /// Its key.
    pub key: Arc<str>,
    /// The checked text; `None` for a new file.
    pub old: Option<Vec<u8>>,
    /// The fixed text.
    pub new: Vec<u8>,
}

/// The result of fixing.
#[derive(Debug, Clone, Default)]
pub struct FixResult {
    /// What a check finds after the fixes.
    pub left: DiskOutput,
    /// The applied fixes, in order.
    pub applied: Vec<AppliedFix>,
    /// The changed files, in writing order: new ones first, so that a run that is interrupted loses no content.
    pub files: Vec<FixedFile>,
    /// Files with a fix that does not remove its fault: a bug of ours.
    pub unsettled: Vec<Arc<str>>,
}

/// Which fixes to make.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixOptions<'a> {
    /// Whether to make fixes that may change the meaning.
    pub unsafe_too: bool,
    /// The only file to fix; `None` for every file.
    pub only: Option<&'a str>,
}

/// Fixes what `check` finds, in memory only: afterwards `files` shows the fixed texts.
///
/// # Errors
/// Those of `check`.
pub fn fix(
    files: &mut DiskFiles,
    options: FixOptions<'_>,
    check: &mut dyn FnMut(&DiskFiles) -> Result<DiskOutput, WorkspaceError>,
) -> Result<FixResult, WorkspaceError> {
    let mut fixed = FixResult::default();
    let mut originals: TextMap<Option<Vec<u8>>> = TextMap::new();
    let mut seen: HashSet<(Arc<str>, Vec<u8>)> = HashSet::new();
    for round in 0.. {
        fixed.left = check(files)?;
        let CheckOutput { report, sources, .. } = &fixed.left.output;
        let edits = report.diagnostics().iter().flat_map(|fault| &fault.fixes).flat_map(|fix| &fix.edits);
        // A text may have as many faults as bytes: decide once per file.
        let mut fixed_paths: HashMap<&Arc<str>, bool> = HashMap::new();
        for edit in edits {
            fixed_paths.entry(&edit.path).or_insert_with_key(|path| {
                options.only.is_none_or(|only| &***path == only)
                    && !fixed.unsettled.contains(path)
                    && sources.get(path).is_none_or(|source| as_text(source.bytes()).is_some())
            });
        }
        let is_fixed = |path: &Arc<str>| fixed_paths.get(path) == Some(&true);
        let all = report.diagnostics().iter().enumerate();
        let fixable: Vec<_> = all
            .filter(|(_, fault)| {
                fault.fixes.iter().flat_map(|fix| &fix.edits).all(|edit| is_fixed(&edit.path))
            })
            .collect();
        let changes = Changes::choose(fixable.iter().map(|(_, fault)| *fault), options.unsafe_too);
        if changes.fixes() == 0 {
            break;
        }
        let mut unsettled = Vec::new();
        for key in changes.paths() {
            let old = sources.get(key).map(|source| source.bytes().to_vec());
            let new = changes.apply(key, old.as_deref().unwrap_or_default());
            originals.get_or_insert_with(key, || old.clone());
            // A text seen before would cycle for ever.
            if round >= MAX_ROUNDS
                || old.as_ref() == Some(&new)
                || !seen.insert((Arc::clone(key), new.clone()))
            {
                unsettled.push(Arc::clone(key));
            } else {
                files.overlay(Arc::clone(key), new);
            }
        }
        for fault in changes.chosen().iter().filter_map(|index| Some(fixable.get(*index)?.1)) {
            let Some(fix) = fault.fixes.iter().find(|fix| fix.safe || options.unsafe_too) else { continue };
            if fix.edits.iter().any(|edit| unsettled.contains(&edit.path)) {
                continue;
            }
            let source = sources.get(&fault.place.path);
            let line = fault.place.span.zip(source).map(|(span, source)| source.position(span.start).line);
            fixed.applied.push(AppliedFix {
                path: Arc::clone(&fault.place.path),
                line,
                rule: fault.rule.id,
                title: fix.title.clone(),
            });
        }
        fixed.unsettled.append(&mut unsettled);
    }
    for (key, old) in originals.iter() {
        let Some(new) = files.overlays().get(key) else { continue };
        if old.as_ref() != Some(new) {
            fixed.files.push(FixedFile { key: Arc::clone(key), old: old.clone(), new: new.clone() });
        }
    }
    fixed.files.sort_by_key(|file| file.old.is_some());
    Ok(fixed)
}

/// Why a file is not written.
#[derive(Debug, thiserror::Error)]
pub enum FixWriteError {
    /// It changed since the check.
    #[error("changed during the check; left unchanged")]
    Changed,
    /// A link leads out of its repository.
    #[error("is behind a symbolic link out of the repository; left unchanged")]
    Outside,
    /// An I/O error.
    #[error("cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Writes fixed files, with a lock on each of their repositories.
#[derive(Debug)]
pub struct FixWriter(Vec<(PathBuf, RepositoryWriter)>);

impl FixWriter {
    /// Locks every repository of these paths, waiting for other runs. The order is the same in every run, so that no
    /// two wait for each other.
    ///
    /// # Errors
    /// Another run holds a lock for too long.
    pub fn lock(files: &DiskFiles, paths: &[PathBuf]) -> Result<Self, WorkspaceError> {
        // A folder stands for what is in it: its own parent may be outside the repository.
        let top = |path: &PathBuf| match path.is_dir() {
            true => files.top(&path.join(layout::MANIFEST)),
            false => files.top(path),
        };
        let mut tops: Vec<PathBuf> = paths.iter().filter_map(top).collect();
        tops.sort();
        tops.dedup();
        let turn = |top: PathBuf| Ok((top.clone(), RepositoryWriter::lock(&top, &Cancel::default())?));
        tops.into_iter().map(turn).collect::<Result<_, start_points_io::ReplaceError>>().map(Self).map_err(
            |error| WorkspaceError::Settings {
                message: error.to_string(),
                hint: Some("wait for the other run to end".to_owned()),
            },
        )
    }

    /// Writes a fixed file if it has not changed since the check.
    ///
    /// # Errors
    /// Why the file was not written.
    pub fn write(&self, files: &DiskFiles, file: &FixedFile) -> Result<(), FixWriteError> {
        let path = files.path(&file.key);
        let (Some(top), Some(name)) = (files.top(&path), path.file_name()) else {
            return Err(FixWriteError::Outside);
        };
        let real = match fs::canonicalize(&path) {
            Ok(real) => real,
            Err(_) => fs::canonicalize(parent(&path))?.join(name),
        };
        if !real.starts_with(&top) {
            return Err(FixWriteError::Outside);
        }
        let innermost = self
            .0
            .iter()
            .filter(|(top, _)| real.starts_with(top))
            .max_by_key(|(top, _)| top.as_os_str().len());
        let Some((_, turn)) = innermost else { return Err(FixWriteError::Outside) };
        match turn.replace(&real, file.old.as_deref(), &file.new)? {
            RewriteOutcome::Written => Ok(()),
            RewriteOutcome::Changed => Err(FixWriteError::Changed),
        }
    }
}

/// The path of a key, for messages.
#[must_use]
pub fn shown_key(key: &str) -> String {
    path::shown(Path::new(&path::path_of(key)))
}
