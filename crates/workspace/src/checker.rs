//! What is on disk, checked: each target read, checked and let go, so that memory holds one start-point at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_points::check::{CheckOptions, CheckOutput, Checker, FileSet};
use start_points::diagnostic::Diagnostic;
use start_points::files::Entry;
use start_points::json::MAX_BYTES;
use start_points::layout;

use crate::Error;
use crate::disk_files::DiskFiles;
use crate::find::{self, Target};
use crate::path::key_of;
use crate::settings::{self, Flags, Format, Settings};

/// Checks what is on disk, again and again with the same flags; settings files are read once.
#[derive(Debug)]
pub struct DiskChecker {
    flags: Flags,
    folders: settings::Folders,
    settings: BTreeMap<Option<PathBuf>, (Settings, CheckOptions)>,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct DiskOutput {
    /// The report, and what it is about.
    pub output: CheckOutput,
    /// How many manifests and docker folders settings exclude.
    pub excluded: usize,
}

/// A manifest whose text does not come from its file.
#[derive(Debug, Clone, Copy)]
pub struct GivenText<'a> {
    /// What the report calls it.
    pub key: &'a str,
    /// The text.
    pub bytes: &'a [u8],
    /// Where it belongs; `None` where nothing is known of the files around it.
    pub place: Option<&'a Path>,
}

impl DiskChecker {
    /// No settings are read yet.
    #[must_use]
    pub fn new(flags: Flags) -> Self {
        Self { flags, folders: settings::Folders::default(), settings: BTreeMap::new() }
    }

    /// The output format: that of the settings of the first path.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn format(&mut self, first: Option<&PathBuf>) -> Result<Format, Error> {
        let first = first.map_or(Path::new("."), PathBuf::as_path);
        Ok(self.settings(first)?.0.format)
    }

    /// The settings that count for a path, and how they check.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn settings(&mut self, path: &Path) -> Result<&(Settings, CheckOptions), Error> {
        let folder = if self.flags.file { self.folders.of(path) } else { None };
        if !self.settings.contains_key(&folder) {
            let read = settings::read(folder.as_deref(), &self.flags)?;
            let mut options = read.check_options(self.flags.tag.as_deref());
            options.max_faults = self.flags.max_faults.unwrap_or(options.max_faults);
            self.settings.insert(folder.clone(), (read, options));
        }
        Ok(&self.settings[&folder])
    }

    /// Checks everything that the paths name. `watch` sees each target before it is checked, and answers whether to
    /// go on.
    ///
    /// # Errors
    /// A path that is named and cannot be read, settings that cannot be read, and where `watch` says so.
    pub fn check(
        &mut self,
        files: &DiskFiles,
        paths: &[PathBuf],
        watch: &mut dyn FnMut(&Target) -> bool,
    ) -> Result<DiskOutput, Error> {
        let mut checker = Checker::new();
        let mut excluded = 0;
        find::each(paths, &mut |target| {
            if !watch(&target) {
                return Err(Error::Stopped);
            }
            let (settings, options) = self.settings(target.path())?;
            if is_excluded(settings, target.path()) {
                excluded += usize::from(!matches!(target, Target::Nothing(_)));
                return Ok(true);
            }
            let key = key_of(target.path());
            match &target {
                Target::Nothing(_) => checker.no_manifest(&key, options),
                Target::Submodule(_) => return Ok(checker.submodule(files, &key, options)),
                Target::Unreadable(_, reason) => checker.push(unreadable(&key, reason), options),
                Target::Docker(_) => {
                    checker.docker(files, &key, options);
                }
                Target::Manifest(_) => return Ok(checker.manifest(files, &key, false, options)),
                Target::Found(_) => return Ok(checker.manifest(files, &key, true, options)),
            }
            Ok(true)
        })?;
        Ok(DiskOutput { output: finish(checker, files), excluded })
    }

    /// Checks a manifest from its text.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn check_text(&mut self, files: &DiskFiles, text: GivenText<'_>) -> Result<DiskOutput, Error> {
        let (_, options) = self.settings(text.place.unwrap_or(Path::new(".")))?;
        let mut checker = Checker::new();
        checker.text(text.place.map(|_| files as &dyn FileSet), text.key, text.bytes, options);
        Ok(DiskOutput { output: finish(checker, files), excluded: 0 })
    }
}

fn finish(checker: Checker, files: &DiskFiles) -> CheckOutput {
    checker.finish(&|key| match files.entry(key, None, MAX_BYTES)? {
        Entry::Content(bytes) => Some(bytes),
        Entry::Size(_) | Entry::Other(_) => None,
    })
}

fn unreadable(key: &str, reason: &str) -> Diagnostic {
    start_points::check::unreadable(key, reason)
}

/// The one manifest that a path means: itself, or the one in that folder, or the one in its `start_point/`.
#[must_use]
pub fn manifest_at(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    [path.join(layout::MANIFEST), path.join(layout::START_POINT).join(layout::MANIFEST)]
        .into_iter()
        .find(|path| path.is_file())
}

/// Whether settings leave a path out, itself or a folder that it is in.
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
