//! Checks start-points on disk, one at a time, so that memory holds one only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_points::check::{CheckOptions, CheckOutput, Checker, FileSet, unreadable};
use start_points::files::FileEntry;
use start_points::json::MAX_BYTES;
use start_points::layout;
use start_points::rule::Severity;

use crate::disk_files::DiskFiles;
use crate::error::WorkspaceError;
use crate::find::{self, Target};
use crate::path::{key_of, path_of};
use crate::settings::{Overrides, ReportFormat, Settings, read_settings};
use crate::settings_file::SettingsFolders;

/// Checks start-points on disk with the settings of their repositories, each of which is read once.
#[derive(Debug)]
pub struct DiskChecker {
    overrides: Overrides,
    folders: SettingsFolders,
    settings: BTreeMap<Option<PathBuf>, (Settings, CheckOptions)>,
}

/// The result of a check.
#[derive(Debug, Clone, Default)]
pub struct DiskOutput {
    /// The report, and the texts it points into.
    pub output: CheckOutput,
    /// How many manifests and docker folders the settings exclude.
    pub excluded: usize,
}

/// A manifest whose text is given rather than read from its file.
#[derive(Debug, Clone, Copy)]
pub struct GivenText<'a> {
    /// Its path in the report.
    pub key: &'a str,
    /// The text.
    pub bytes: &'a [u8],
    /// Its path on disk; `None` if the files around it are unknown.
    pub place: Option<&'a Path>,
}

impl DiskChecker {
    /// Reads no settings yet.
    #[must_use]
    pub fn new(overrides: Overrides) -> Self {
        Self { overrides, folders: SettingsFolders::default(), settings: BTreeMap::new() }
    }

    /// The output format, from the settings of the first path.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn format(&mut self, first: Option<&PathBuf>) -> Result<ReportFormat, WorkspaceError> {
        let first = first.map_or(Path::new("."), PathBuf::as_path);
        Ok(self.settings(first)?.0.format)
    }

    /// The settings of a path, and the check options made from them.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn settings(&mut self, path: &Path) -> Result<&(Settings, CheckOptions), WorkspaceError> {
        let folder = if self.overrides.file { self.folders.find(path) } else { None };
        if !self.settings.contains_key(&folder) {
            let read = read_settings(folder.as_deref(), &self.overrides)?;
            let mut options = read.check_options(self.overrides.tag.as_deref());
            options.max_faults = self.overrides.max_faults.unwrap_or(options.max_faults);
            self.settings.insert(folder.clone(), (read, options));
        }
        Ok(&self.settings[&folder])
    }

    /// Checks everything below the paths. `watch` is called before each target and returns whether to continue.
    ///
    /// # Errors
    /// A given path or its settings cannot be read, or `watch` stopped the check.
    pub fn check(
        &mut self,
        files: &DiskFiles,
        paths: &[PathBuf],
        watch: &mut dyn FnMut(&Target) -> bool,
    ) -> Result<DiskOutput, WorkspaceError> {
        let mut checker = Checker::new();
        let mut excluded = 0;
        find::visit_targets(paths, &mut |target| {
            if !watch(&target) {
                return Err(WorkspaceError::Stopped);
            }
            let (settings, options) = self.settings(target.path())?;
            if is_excluded(settings, target.path()) {
                excluded += usize::from(!matches!(target, Target::EmptyRepository(_)));
                return Ok(true);
            }
            let key = key_of(target.path());
            match &target {
                Target::EmptyRepository(_) => checker.no_manifest(&key, options),
                Target::Submodule(_) => return Ok(checker.submodule(files, &key, options)),
                Target::Unreadable(_, reason) => checker.push(unreadable(&key, reason), options),
                Target::Docker(_) => {
                    checker.docker(files, &key, options);
                }
                Target::Manifest(_) => return Ok(checker.manifest(files, &key, false, options)),
                Target::Discovered(_) => return Ok(checker.manifest(files, &key, true, options)),
            }
            Ok(true)
        })?;
        Ok(DiskOutput { output: finish(checker, files), excluded })
    }

    /// Checks a manifest from its text.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn check_text(
        &mut self,
        files: &DiskFiles,
        text: GivenText<'_>,
    ) -> Result<DiskOutput, WorkspaceError> {
        let (_, options) = self.settings(text.place.unwrap_or(Path::new(".")))?;
        let mut checker = Checker::new();
        checker.text(text.place.map(|_| files as &dyn FileSet), text.key, text.bytes, options);
        Ok(DiskOutput { output: finish(checker, files), excluded: 0 })
    }

    /// Whether the report has an error, or a warning in a repository with `error_on_warnings`.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn fails(&mut self, found: &DiskOutput) -> Result<bool, WorkspaceError> {
        if !found.output.report.is_clean() {
            return Ok(true);
        }
        for diagnostic in found.output.report.diagnostics() {
            if diagnostic.severity == Severity::Warning
                && self.settings(&path_of(&diagnostic.place.path))?.0.error_on_warnings
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn finish(checker: Checker, files: &DiskFiles) -> CheckOutput {
    checker.finish(&|key| match files.entry(key, None, MAX_BYTES)? {
        FileEntry::Content(bytes) => Some(bytes),
        FileEntry::Size(_) | FileEntry::Other(_) => None,
    })
}

/// The manifest for a path: the file itself, the one in that folder, or the one in its `start_point/`.
#[must_use]
pub fn manifest_at(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    [path.join(layout::MANIFEST), path.join(layout::START_POINT).join(layout::MANIFEST)]
        .into_iter()
        .find(|path| path.is_file())
}

/// Whether the settings exclude a path or a folder that it is in.
fn is_excluded(settings: &Settings, path: &Path) -> bool {
    if settings.excluded.is_empty() {
        return false;
    }
    let Ok(absolute) = std::path::absolute(path) else { return false };
    let top = match settings.excluded.path() {
        top if top.as_os_str().is_empty() => std::env::current_dir().unwrap_or_default(),
        top => top.to_owned(),
    };
    let Ok(relative) = absolute.strip_prefix(&top) else { return false };
    settings.excluded.matched_path_or_any_parents(relative, absolute.is_dir()).is_ignore()
}
