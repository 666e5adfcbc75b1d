//! One check: each target read, checked and let go, so that memory holds one manifest at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::Python;
use start_points::check::{
    Context, Docker, Listed, Manifest, check_catalogue, check_docker, check_manifest, no_manifest, unreadable,
};
use start_points::diagnostic::{Diagnostic, Place};
use start_points::sources::Sources;
use start_points::{Kind, Report as CoreReport, layout};

use super::Flags;
use super::find::{self, Target};
use super::read::{self, MAX_MANIFEST, shown};
use super::settings::{self, Settings};
use crate::errors::Failure;
use crate::report::Report;

/// So many targets pass between two looks at whether the user wants to stop.
const SIGNALS_EVERY: usize = 256;

/// A check that is under way; settings files are read once.
pub(super) struct Round {
    flags: Flags,
    settings: BTreeMap<Option<PathBuf>, Arc<Settings>>,
    diagnostics: Vec<Diagnostic>,
    listed: Vec<(Kind, Listed)>,
    targets: usize,
    manifests: usize,
}

impl Round {
    pub(super) fn new(flags: Flags) -> Self {
        let settings = BTreeMap::new();
        Self { flags, settings, diagnostics: Vec::new(), listed: Vec::new(), targets: 0, manifests: 0 }
    }

    /// Checks everything that the paths name; answers the report and the format of the first path's settings.
    pub(super) fn check(mut self, paths: &[PathBuf]) -> Result<(Report, String), Failure> {
        find::each(paths, &mut |target| self.target(&target))?;
        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let format = self.settings(first)?.format.clone();
        let mut found = std::mem::take(&mut self.diagnostics);
        self.listed.sort_by(|(_, one), (_, other)| one.place.cmp(&other.place));
        for kind in Kind::ALL {
            let of_kind = self.listed.iter().filter(|(own, _)| *own == kind);
            let of_kind: Vec<Listed> = of_kind.map(|(_, listed)| listed.clone()).collect();
            for fault in check_catalogue(&of_kind) {
                let settings = self.settings(Path::new(&*fault.place.path))?;
                let mut one = vec![fault];
                settings.levels.apply(&mut one);
                found.append(&mut one);
            }
        }
        let report = CoreReport::new(found, self.manifests);
        let sources = sources(&report);
        Ok((Report::on_disk(report, sources), format))
    }

    fn settings(&mut self, path: &Path) -> Result<Arc<Settings>, Failure> {
        let folder = if self.flags.settings { settings::folder_for(path) } else { None };
        if let Some(settings) = self.settings.get(&folder) {
            return Ok(Arc::clone(settings));
        }
        let settings = Arc::new(settings::read(folder.as_deref(), &self.flags)?);
        self.settings.insert(folder, Arc::clone(&settings));
        Ok(settings)
    }

    fn target(&mut self, target: &Target) -> Result<(), Failure> {
        self.targets += 1;
        if self.targets.is_multiple_of(SIGNALS_EVERY) {
            Python::attach(|py| py.check_signals())?;
        }
        let settings = self.settings(target.path())?;
        if is_excluded(&settings, target.path()) {
            return Ok(());
        }
        let shown = shown(target.path());
        let mut found = match target {
            Target::Nothing(_) => vec![no_manifest(&shown)],
            Target::Unreadable(_, reason) => vec![unreadable(&shown, reason)],
            Target::Docker(folder) => check_docker(&read::docker(folder)),
            Target::Manifest(path) => {
                self.manifests += 1;
                match read::read(path, MAX_MANIFEST) {
                    Err(error) => vec![unreadable(&shown, &error.to_string())],
                    Ok(bytes) => self.manifest(path, &Manifest::parse(shown.as_str(), &bytes), &settings),
                }
            }
        };
        settings.levels.apply(&mut found);
        self.diagnostics.append(&mut found);
        Ok(())
    }

    /// The faults of one manifest; its name is listed for the check of all together.
    fn manifest(&mut self, path: &Path, manifest: &Manifest<'_>, settings: &Settings) -> Vec<Diagnostic> {
        let docker: Option<Docker> = read::docker_of(path);
        let kind = settings.kind.or_else(|| layout::kind_of_place(manifest.path())).unwrap_or_else(|| {
            let folder = Path::new(&**manifest.path()).parent();
            let has_docker = docker.is_some() || folder.is_some_and(|folder| folder.join("docker").is_dir());
            manifest
                .document()
                .map_or(Kind::Languages, |document| layout::kind_of_content(document, has_docker))
        });
        let context = Context {
            tag: self.flags.judged.tag.as_deref(),
            docker: docker.as_ref(),
            ..Context::new(kind, settings.dialect)
        };
        let found = check_manifest(manifest, &read::beside(path, manifest), &context);
        if let Some((name, span)) = manifest.display_name() {
            let place = Place::new(Arc::clone(manifest.path()), span);
            self.listed.push((kind, Listed { display_name: name.to_owned(), place }));
        }
        found
    }
}

/// The texts that a report points into, read again: what has no fault was not kept.
fn sources(report: &CoreReport) -> Sources {
    let places = report.diagnostics().iter().flat_map(|found| {
        std::iter::once(&found.place).chain(found.related.iter().map(|related| &related.place))
    });
    let paths: BTreeSet<_> = places.filter(|place| place.span.is_some()).map(|place| &place.path).collect();
    let mut sources = Sources::new();
    for path in paths {
        if let Ok(bytes) = read::read(Path::new(&**path), MAX_MANIFEST) {
            sources.insert(Arc::clone(path), bytes);
        }
    }
    sources
}

/// Whether settings leave a path out, itself or a folder that it lies in.
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
