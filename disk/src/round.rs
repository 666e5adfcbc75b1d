//! One round of checking: each target read, checked and let go, so that memory holds one manifest at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use start_points::check::{
    Context, Docker, Listed, Manifest, check_docker, check_manifest, no_manifest, unreadable,
};
use start_points::diagnostic::{Diagnostic, Place};
use start_points::files::Files;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report};

use crate::find::{self, Target};
use crate::names::{Names, Repeated};
use crate::repository::{self, MAX_MANIFEST};
use crate::settings::{self, Flags, Format, Settings};
use crate::{Error, files};

/// What a round found: the report, and the texts that its places point into.
#[derive(Debug)]
pub struct Found {
    /// The report.
    pub report: Report,
    /// The texts.
    pub sources: Sources,
}

/// Rounds of checking with the same flags; settings files are read once.
#[derive(Debug)]
pub struct Rounds {
    flags: Flags,
    folders: settings::Folders,
    settings: BTreeMap<Option<PathBuf>, Settings>,
}

/// What one round gathers.
#[derive(Debug, Default)]
struct Gathered {
    diagnostics: Vec<Diagnostic>,
    names: Names,
    manifests: usize,
}

impl Rounds {
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
        Ok(self.settings(first)?.format)
    }

    /// Checks everything that the paths name. `watch` sees each target before it is checked, and answers whether to
    /// go on.
    ///
    /// # Errors
    /// A path that is named and cannot be read, settings that cannot be read, and where `watch` says so.
    pub fn check(
        &mut self,
        paths: &[PathBuf],
        watch: &mut dyn FnMut(&Target) -> bool,
    ) -> Result<Found, Error> {
        let mut gathered = Gathered::default();
        find::each(paths, &mut |target| {
            if !watch(&target) {
                return Err(Error::Stopped);
            }
            self.target(&target, &mut gathered)
        })?;
        let Gathered { mut diagnostics, names, manifests } = gathered;
        diagnostics.extend(self.together(paths, names.repeated())?);
        let report = Report::new(diagnostics, manifests);
        let sources = sources(&report);
        Ok(Found { report, sources })
    }

    /// The settings that count for a path.
    pub(crate) fn settings(&mut self, path: &Path) -> Result<&Settings, Error> {
        let folder = if self.flags.file { self.folders.of(path) } else { None };
        if !self.settings.contains_key(&folder) {
            let read = settings::read(folder.as_deref(), &self.flags)?;
            self.settings.insert(folder.clone(), read);
        }
        Ok(&self.settings[&folder])
    }

    fn target(&mut self, target: &Target, gathered: &mut Gathered) -> Result<(), Error> {
        let tag = self.flags.tag.clone();
        let tag = tag.as_deref();
        let settings = self.settings(target.path())?;
        if is_excluded(settings, target.path()) {
            return Ok(());
        }
        let shown = files::shown(target.path());
        let mut found = match target {
            Target::Nothing(_) => vec![no_manifest(&shown)],
            Target::Unreadable(_, reason) => vec![unreadable(&shown, reason)],
            Target::Docker(folder) => check_docker(&repository::docker(folder)),
            Target::Manifest(path) => {
                gathered.manifests += 1;
                match files::read(path, MAX_MANIFEST) {
                    Err(error) => vec![unreadable(&shown, &error.to_string())],
                    Ok(bytes) => {
                        let manifest = Manifest::parse(shown.as_str(), &bytes);
                        let files = repository::files(path, &manifest);
                        let docker = repository::docker_of(path);
                        let kind = kind(&manifest, docker.as_ref(), settings);
                        if let Some((name, _)) = manifest.display_name() {
                            gathered.names.add(kind, name);
                        }
                        let dialect = dialect(path, &manifest, settings);
                        let context = Context { tag, docker: docker.as_ref(), ..Context::new(kind, dialect) };
                        check_manifest(&manifest, &files, &context)
                    }
                }
            }
        };
        settings.levels.apply(&mut found);
        gathered.diagnostics.append(&mut found);
        Ok(())
    }

    /// The faults of start-points taken together, from a second look at those whose names may be alike.
    fn together(&mut self, paths: &[PathBuf], mut repeated: Repeated) -> Result<Vec<Diagnostic>, Error> {
        if repeated.is_empty() {
            return Ok(Vec::new());
        }
        find::each(paths, &mut |target| {
            let Target::Manifest(path) = &target else { return Ok(()) };
            let settings = self.settings(path)?;
            let (false, Ok(bytes)) = (is_excluded(settings, path), files::read(path, MAX_MANIFEST)) else {
                return Ok(());
            };
            let manifest = Manifest::parse(files::shown(path), &bytes);
            if let Some((name, span)) = manifest.display_name() {
                let kind = kind(&manifest, repository::docker_of(path).as_ref(), settings);
                let place = Place::new(Arc::clone(manifest.path()), span);
                repeated.add(kind, Listed { display_name: name.to_owned(), place });
            }
            Ok(())
        })?;
        let mut found = Vec::new();
        for fault in repeated.faults() {
            let settings = self.settings(Path::new(&*fault.place.path))?;
            let mut one = vec![fault];
            settings.levels.apply(&mut one);
            found.append(&mut one);
        }
        Ok(found)
    }

    /// Checks a manifest that is not read from its place.
    ///
    /// # Errors
    /// Settings that cannot be read.
    pub fn check_text(&mut self, path: &str, bytes: &[u8], place: Option<&Path>) -> Result<Found, Error> {
        let tag = self.flags.tag.clone();
        let tag = tag.as_deref();
        let settings = self.settings(place.unwrap_or(Path::new(".")))?;
        let manifest = Manifest::parse(path, bytes);
        let (files, docker) = match place {
            Some(place) => (repository::files(place, &manifest), repository::docker_of(place)),
            None => (Files::unknown(), None),
        };
        let kind = kind(&manifest, docker.as_ref(), settings);
        let dialect = place.map_or(settings.dialect, |place| dialect(place, &manifest, settings));
        let context = Context { tag, docker: docker.as_ref(), ..Context::new(kind, dialect) };
        let mut found = check_manifest(&manifest, &files, &context);
        settings.levels.apply(&mut found);
        let report = Report::new(found, 1);
        let mut sources = sources(&report);
        sources.insert(path, bytes.to_vec());
        Ok(Found { report, sources })
    }
}

/// What settings say, or else the manifest's place, or else its content.
fn kind(manifest: &Manifest<'_>, docker: Option<&Docker>, settings: &Settings) -> Kind {
    let beside = || repository::parent(Path::new(&**manifest.path())).join("docker").is_dir();
    settings.kind.unwrap_or_else(|| manifest.likely_kind(|| docker.is_some() || beside()))
}

/// What settings say. In a catalogue start-points of both dialects may stand side by side: where nobody chose one, a
/// manifest there that names its image is pinned.
fn dialect(path: &Path, manifest: &Manifest<'_>, settings: &Settings) -> Dialect {
    let is_served =
        || ["sha.txt", "url.txt"].iter().all(|name| repository::parent(path).join(name).is_file());
    match !settings.dialect_is_chosen && manifest.names_its_image() && is_served() {
        true => Dialect::Pinned,
        false => settings.dialect,
    }
}

/// The texts that a report points into, read again: what has no fault was not kept.
fn sources(report: &Report) -> Sources {
    let places = report.diagnostics().iter().flat_map(|found| {
        std::iter::once(&found.place).chain(found.related.iter().map(|related| &related.place))
    });
    let paths: BTreeSet<_> = places.filter(|place| place.span.is_some()).map(|place| &place.path).collect();
    let mut sources = Sources::new();
    for path in paths {
        if let Ok(bytes) = files::read(Path::new(&**path), MAX_MANIFEST) {
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

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&files::shown(self.path()))
    }
}
