//! Fixes: found in memory until none is left, then written, each file whole and only while it is what was checked.

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
use crate::path::parent;
use crate::{Error, path};

/// The most faults of one text that are looked at at once to be fixed.
pub const MAX_FAULTS: usize = 100_000;

/// Fixes that touch one another are made in turn. Each turn makes at least half of those that are left.
const MAX_ROUNDS: usize = 64;

/// A fix that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFix {
    /// The file that its fault is in.
    pub path: Arc<str>,
    /// The line of the fault when it was fixed, where it has one.
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
    /// What was checked; `None` for a file that does not exist yet.
    pub old: Option<Vec<u8>>,
    /// What it becomes.
    pub new: Vec<u8>,
}

/// What fixing comes to.
#[derive(Debug, Clone, Default)]
pub struct Fixed {
    /// What is left when the fixes are made.
    pub left: DiskOutput,
    /// The fixes, in the order in which they are made.
    pub applied: Vec<AppliedFix>,
    /// The files, in the order in which they are to be written: new ones first, so that a run that is cut off in
    /// between loses nothing that an old one held.
    pub files: Vec<FixedFile>,
    /// Files whose fixes lead nowhere: one does not remove its fault. That is a fault of ours.
    pub unsettled: Vec<Arc<str>>,
}

/// Which fixes are made.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixOptions<'a> {
    /// Whether those that may change the meaning are made too.
    pub unsafe_too: bool,
    /// The one file that is fixed, where it is not every file.
    pub only: Option<&'a str>,
}

/// Finds the fixes of what `check` finds; nothing is written. `files` shows the fixed texts afterwards.
///
/// # Errors
/// Those of `check`.
pub fn fix(
    files: &mut DiskFiles,
    options: FixOptions<'_>,
    check: &mut dyn FnMut(&DiskFiles) -> Result<DiskOutput, Error>,
) -> Result<Fixed, Error> {
    let mut fixed = Fixed::default();
    let mut originals: TextMap<Option<Vec<u8>>> = TextMap::new();
    let mut seen: HashSet<(Arc<str>, Vec<u8>)> = HashSet::new();
    for round in 0.. {
        fixed.left = check(files)?;
        let CheckOutput { report, sources, .. } = &fixed.left.output;
        let edits = report.diagnostics().iter().flat_map(|fault| &fault.fixes).flat_map(|fix| &fix.edits);
        // A text may have as many faults as bytes: whether it is fixed is asked once.
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
            // A text that comes back goes round for ever.
            if round >= MAX_ROUNDS
                || old.as_ref() == Some(&new)
                || !seen.insert((Arc::clone(key), new.clone()))
            {
                unsettled.push(Arc::clone(key));
            } else {
                files.show_instead(Arc::clone(key), new);
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
        let Some(new) = files.shown_instead().get(key) else { continue };
        if old.as_ref() != Some(new) {
            fixed.files.push(FixedFile { key: Arc::clone(key), old: old.clone(), new: new.clone() });
        }
    }
    fixed.files.sort_by_key(|file| file.old.is_some());
    Ok(fixed)
}

/// Why a file is not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// It is not what was checked.
    #[error("changed while it was checked: left alone")]
    Changed,
    /// A link leads out of its repository.
    #[error("a symbolic link leads out of the repository: left alone")]
    Outside,
    /// What the system says.
    #[error("cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// The turns of this run in the repositories that it fixes.
#[derive(Debug)]
pub struct Turns(Vec<(PathBuf, RepositoryWriter)>);

impl Turns {
    /// Waits for the turn in every repository that these paths are in. It is the same order for every run, so that none
    /// waits for another for ever.
    ///
    /// # Errors
    /// Where another run holds one for too long.
    pub fn wait(files: &DiskFiles, paths: &[PathBuf]) -> Result<Self, Error> {
        // Of a folder it is that of what is in it; `folder/.` would be the folder itself, whose parent is outside.
        let top = |path: &PathBuf| match path.is_dir() {
            true => files.top(&path.join(layout::MANIFEST)),
            false => files.top(path),
        };
        let mut tops: Vec<PathBuf> = paths.iter().filter_map(top).collect();
        tops.sort();
        tops.dedup();
        let turn = |top: PathBuf| Ok((top.clone(), RepositoryWriter::lock(&top, &Cancel::default())?));
        tops.into_iter().map(turn).collect::<Result<_, start_points_io::ReplaceError>>().map(Self).map_err(
            |error| Error::Settings {
                message: error.to_string(),
                hint: Some("let the other run end".to_owned()),
            },
        )
    }

    /// Writes a fixed file, where it still is what was checked.
    ///
    /// # Errors
    /// Why it is as it was.
    pub fn write(&self, files: &DiskFiles, file: &FixedFile) -> Result<(), NotWritten> {
        let path = files.path(&file.key);
        let (Some(top), Some(name)) = (files.top(&path), path.file_name()) else {
            return Err(NotWritten::Outside);
        };
        let real = match fs::canonicalize(&path) {
            Ok(real) => real,
            Err(_) => fs::canonicalize(parent(&path))?.join(name),
        };
        if !real.starts_with(&top) {
            return Err(NotWritten::Outside);
        }
        let innermost = self
            .0
            .iter()
            .filter(|(top, _)| real.starts_with(top))
            .max_by_key(|(top, _)| top.as_os_str().len());
        let Some((_, turn)) = innermost else { return Err(NotWritten::Outside) };
        match turn.replace(&real, file.old.as_deref(), &file.new)? {
            RewriteOutcome::Written => Ok(()),
            RewriteOutcome::Changed => Err(NotWritten::Changed),
        }
    }
}

/// How a key is shown in what a run says of its file.
#[must_use]
pub fn shown(key: &str) -> String {
    path::shown(Path::new(&path::path_of(key)))
}
