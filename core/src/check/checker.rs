//! A check of many start-points, one at a time: what they share is one report and one set of display names.

use std::sync::Arc;

use super::manifest::{CheckOptions, Manifest};
use super::names::{Listed, faults_of_names};
use super::run_rules::check_docker;
use super::start_point::StartPoint;
use crate::diagnostic::{Diagnostic, Location};
use crate::docker_folder::{Docker, unread};
use crate::files::{FileEntry, FileSet, Files};
use crate::json::MAX_BYTES;
use crate::kind::{Dialect, DialectChoice, Kind};
use crate::layout;
use crate::levels::Levels;
use crate::order::sorted;
use crate::report::Report;
use crate::rule::Severity;
use crate::rules::no_manifest::no_manifest;
use crate::rules::unreadable::unreadable;
use crate::rules::{submodule_start_point, unexpected_image_name};
use crate::sources::Sources;

/// Checks start-points as they come, and keeps of each no more than the report needs.
///
/// Every manifest and docker folder that a front finds passes through here, so that what is decided of it, and at which
/// level its faults are, is the same everywhere.
#[derive(Debug)]
pub struct Checker {
    groups: Vec<Group>,
    names: Vec<CheckedName>,
    levels: Vec<Levels>,
    sources: Sources,
    contradictions: Vec<Arc<str>>,
    passed_over: usize,
    least: Severity,
}

/// The faults of one source, or of all where they are not told apart.
#[derive(Debug, Default)]
struct Group {
    /// What paths begin with, and one character that separates it from them.
    prefix: Option<Arc<str>>,
    faults: Vec<Diagnostic>,
    manifests: usize,
}

/// The display name of a start-point that was checked.
#[derive(Debug)]
struct CheckedName {
    kind: Kind,
    listed: Listed,
    group: usize,
    levels: usize,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct CheckOutput {
    /// The report.
    pub report: Report,
    /// The texts that its places and fixes are about, as they were checked.
    pub sources: Sources,
    /// How many files named `manifest.json` were passed over, as they are not a start-point's.
    pub passed_over: usize,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Nothing is checked yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            groups: vec![Group::default()],
            names: Vec::new(),
            levels: Vec::new(),
            sources: Sources::new(),
            contradictions: Vec::new(),
            passed_over: 0,
            least: Severity::Info,
        }
    }

    /// The same; of what it finds only errors are kept.
    #[must_use]
    pub fn of_errors() -> Self {
        Self { least: Severity::Error, ..Self::new() }
    }

    /// Begins the faults of another source. Its paths become `NAME#path`, or `NAME` alone for `.`, and its fixes go:
    /// there is no file to change. A report shows source by source, in this order.
    pub fn begin_source(&mut self, name: &str) {
        self.begin(name, '#');
    }

    /// The same for a folder that is looked at from elsewhere: its paths become `FOLDER/path`.
    pub fn begin_folder(&mut self, folder: &str) {
        self.begin(folder, '/');
    }

    fn begin(&mut self, name: &str, separator: char) {
        self.groups.push(Group { prefix: Some(format!("{name}{separator}").into()), ..Group::default() });
    }

    /// Whether the source that was begun last has an error so far.
    #[must_use]
    pub fn source_has_errors(&self) -> bool {
        let faults = self.groups.last().map(|group| group.faults.as_slice());
        faults.unwrap_or_default().iter().any(|fault| fault.severity == Severity::Error)
    }

    /// Checks the manifest at a path. One that was `found`, and not named by the user, is passed over where it is not a
    /// start-point's. Answers whether it was checked.
    pub fn manifest(&mut self, set: &dyn FileSet, path: &str, found: bool, options: &CheckOptions) -> bool {
        let bytes = match set.entry(path, None, MAX_BYTES) {
            Some(FileEntry::Content(bytes)) => bytes,
            Some(FileEntry::Size(size)) if size > MAX_BYTES as u64 => {
                self.parsed(set, Manifest::too_large(path, size), options);
                return true;
            }
            other => {
                let reason = match other {
                    Some(FileEntry::Size(size)) => unread(size, MAX_BYTES),
                    Some(FileEntry::Other(other)) => other.reason(),
                    _ => "does not exist".to_owned(),
                };
                self.unreadable_manifest(path, &reason, options);
                return true;
            }
        };
        let start_point = StartPoint::read(set, path, &bytes, options);
        if found && start_point.is_foreign() {
            self.passed_over += 1;
            return false;
        }
        self.start_point(&start_point, options);
        true
    }

    /// Checks a manifest from its text, which is kept for the report. Without `set` nothing is known of the files around
    /// it.
    pub fn text(&mut self, set: Option<&dyn FileSet>, path: &str, bytes: &[u8], options: &CheckOptions) {
        let manifest = options.parse(path, bytes);
        self.sources.insert(path, bytes.to_vec());
        match set {
            Some(set) => self.parsed(set, manifest, options),
            None => {
                let start_point = StartPoint::new(manifest, Files::unknown(), None, options);
                self.start_point(&start_point, options);
            }
        }
    }

    fn parsed(&mut self, set: &dyn FileSet, manifest: Manifest<'_>, options: &CheckOptions) {
        self.start_point(&StartPoint::with_files(set, manifest, options), options);
    }

    /// Checks a manifest that cannot be read.
    pub fn unreadable_manifest(&mut self, path: &str, reason: &str, options: &CheckOptions) {
        self.count();
        self.push(unreadable(path, reason), options);
    }

    /// Checks a start-point. Answers whether it has no error.
    pub fn start_point(&mut self, start_point: &StartPoint<'_>, options: &CheckOptions) -> bool {
        self.count();
        if start_point.contradicts_choice() {
            self.contradictions.push(self.shown(start_point.manifest.path()));
        }
        if let Some((name, span)) = start_point.manifest.display_name() {
            let place = Location::new(self.shown(start_point.manifest.path()), span);
            let listed = Listed { display_name: name.to_owned(), place };
            let (group, levels) = (self.groups.len() - 1, self.levels_of(options));
            self.names.push(CheckedName { kind: start_point.kind, listed, group, levels });
        }
        let faults = start_point.faults(options);
        self.extend(faults, &options.levels, |path| start_point.text(path))
    }

    /// Checks a docker folder, with the dialect of the manifest that it builds the image of. Answers whether it has no
    /// error.
    pub fn docker(&mut self, set: &dyn FileSet, folder: &str, options: &CheckOptions) -> bool {
        let docker = Docker::read(set, folder);
        let faults = check_docker(&docker, dialect_of_docker(set, folder, options.dialect));
        self.extend(faults, &options.levels, |path| {
            docker.files().find(|file| &*file.path == path)?.content.as_deref().ok()
        })
    }

    /// Reports a submodule, where its place is a start-point's or a docker folder's. Answers whether it is.
    pub fn submodule(&mut self, set: &dyn FileSet, path: &str, options: &CheckOptions) -> bool {
        let fault = submodule_start_point::diagnose(path, &set.place(path));
        fault.map(|fault| self.push(fault, options)).is_some()
    }

    /// Reports a repository without a start-point.
    pub fn no_manifest(&mut self, path: &str, options: &CheckOptions) {
        self.push(no_manifest(path), options);
    }

    /// Adds a fault that a front found in its own way: of a path that cannot be read, of a source.
    pub fn push(&mut self, fault: Diagnostic, options: &CheckOptions) {
        self.extend(vec![fault], &options.levels, |_| None);
    }

    /// Adds a fault with the texts that it is about.
    pub(super) fn push_with(
        &mut self,
        fault: Diagnostic,
        options: &CheckOptions,
        text: &dyn Fn(&str) -> Option<Vec<u8>>,
    ) {
        self.keep_texts(std::slice::from_ref(&fault), text);
        self.push(fault, options);
    }

    /// Keeps the texts that faults are about, under their paths as the report has them.
    fn keep_texts(&mut self, faults: &[Diagnostic], text: &dyn Fn(&str) -> Option<Vec<u8>>) {
        for path in faults.iter().flat_map(paths) {
            if self.sources.get(path).is_none()
                && let Some(text) = text(path)
            {
                self.sources.insert(Arc::clone(path), text);
            }
        }
    }

    /// The report over what was added, about this many manifests.
    pub(super) fn finish_counted(mut self, manifests: usize) -> CheckOutput {
        self.groups[0].manifests = manifests;
        self.finish(&|_| None)
    }

    /// Adds what another one found.
    pub fn join(&mut self, other: Self) {
        let (groups, levels) = (self.groups.len(), self.levels.len());
        self.groups.extend(other.groups);
        self.levels.extend(other.levels);
        self.names.extend(other.names.into_iter().map(|name| CheckedName {
            group: name.group + groups,
            levels: name.levels + levels,
            ..name
        }));
        self.sources.extend(other.sources);
        self.contradictions.extend(other.contradictions);
        self.passed_over += other.passed_over;
    }

    /// The report over everything. `text` answers the text of a manifest that had no fault of its own, as its source
    /// names it, where its display name is another one's too.
    #[must_use]
    pub fn finish(mut self, text: &dyn Fn(&str) -> Option<Vec<u8>>) -> CheckOutput {
        self.check_names(text);
        self.unite_contradictions();
        let reports = self.groups.into_iter().map(|group| Report::new(group.faults, group.manifests));
        CheckOutput { report: Report::joined(reports), sources: self.sources, passed_over: self.passed_over }
    }

    /// The faults of display names taken together, each in the group of the start-point that it is at.
    fn check_names(&mut self, text: &dyn Fn(&str) -> Option<Vec<u8>>) {
        let names = sorted(std::mem::take(&mut self.names), |one, other| {
            one.group.cmp(&other.group).then_with(|| one.listed.place.cmp(&other.listed.place))
        });
        for kind in Kind::ALL {
            let (mut listed, mut owners) = (Vec::new(), Vec::new());
            for name in names.iter().filter(|name| name.kind == kind) {
                listed.push(name.listed.clone());
                owners.push((name.group, name.levels));
            }
            for (at, fault) in faults_of_names(&listed) {
                let Some((group, levels)) = owners.get(at).copied() else { continue };
                let mut faults = self.at_levels(vec![fault], &self.levels[levels]);
                self.keep_texts(&faults, text);
                self.groups[group].faults.append(&mut faults);
            }
        }
    }

    /// A dialect that was chosen against many repositories is one fault: the first says how many there are.
    fn unite_contradictions(&mut self) {
        if self.contradictions.len() < 2 {
            return;
        }
        let contradictions = sorted(std::mem::take(&mut self.contradictions), Ord::cmp);
        let is_one = |fault: &Diagnostic| {
            fault.rule == &unexpected_image_name::RULE
                && contradictions.binary_search(&fault.place.path).is_ok()
        };
        let all = self.groups.iter().flat_map(|group| &group.faults).filter(|fault| is_one(fault));
        let mut places: Vec<Location> = all.map(|fault| fault.place.clone()).collect();
        places = sorted(places, Location::cmp);
        let Some(first) = places.first().cloned().filter(|_| places.len() > 1) else { return };
        for group in &mut self.groups {
            group.faults.retain(|fault| !is_one(fault) || fault.place == first);
            for fault in group.faults.iter_mut().filter(|fault| is_one(fault)) {
                unexpected_image_name::unite(fault, &places);
            }
        }
    }

    fn count(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.manifests += 1;
        }
    }

    /// Adds faults at the levels that are set, and the texts they are about. Answers whether none is an error.
    fn extend<'t>(
        &mut self,
        faults: Vec<Diagnostic>,
        levels: &Levels,
        text: impl Fn(&str) -> Option<&'t [u8]>,
    ) -> bool {
        let mut faults = self.at_levels(faults, levels);
        for path in faults.iter().flat_map(paths) {
            let shown = self.shown(path);
            if self.sources.get(&shown).is_none()
                && let Some(text) = text(path)
            {
                self.sources.insert(shown, text.to_vec());
            }
        }
        let is_good = faults.iter().all(|fault| fault.severity < Severity::Error);
        let Some(group) = self.groups.last_mut() else { return is_good };
        match group.prefix.clone() {
            None => group.faults.append(&mut faults),
            Some(prefix) => group.faults.extend(faults.into_iter().map(|fault| under(&prefix, fault))),
        }
        is_good
    }

    /// The faults that are kept, at the levels that are set. Nothing else applies levels.
    fn at_levels(&self, mut faults: Vec<Diagnostic>, levels: &Levels) -> Vec<Diagnostic> {
        levels.apply(&mut faults);
        faults.retain(|fault| fault.severity >= self.least);
        faults
    }

    /// A path as the report has it.
    fn shown(&self, path: &Arc<str>) -> Arc<str> {
        match self.groups.last().and_then(|group| group.prefix.as_ref()) {
            Some(prefix) => below(prefix, path),
            None => Arc::clone(path),
        }
    }

    fn levels_of(&mut self, options: &CheckOptions) -> usize {
        if self.levels.last() != Some(&options.levels) {
            self.levels.push(options.levels.clone());
        }
        self.levels.len() - 1
    }
}

/// The files that a fault is about: where a place in them is shown, or a fix changes them.
fn paths(fault: &Diagnostic) -> impl Iterator<Item = &Arc<str>> {
    let related = fault.related.iter().map(|related| &related.place);
    let places = std::iter::once(&fault.place).chain(related).filter(|place| place.span.is_some());
    let edits = fault.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| &edit.path);
    places.map(|place| &place.path).chain(edits)
}

/// A path below a prefix; `.` is what the prefix names.
fn below(prefix: &str, path: &str) -> Arc<str> {
    match path {
        "." => prefix.strip_suffix(['#', '/']).unwrap_or(prefix).into(),
        path => format!("{prefix}{path}").into(),
    }
}

fn under(prefix: &str, mut fault: Diagnostic) -> Diagnostic {
    fault.place.path = below(prefix, &fault.place.path);
    for related in &mut fault.related {
        related.place.path = below(prefix, &related.place.path);
    }
    fault.fixes.clear();
    fault
}

/// The dialect of the manifest whose image a docker folder builds. A base language has no manifest: its name is derived.
fn dialect_of_docker(set: &dyn FileSet, folder: &str, choice: DialectChoice) -> Dialect {
    let names_its_image = || {
        let manifests = layout::manifests_of_docker(folder).into_iter();
        let mut texts = manifests.filter_map(|path| match set.entry(&path, None, MAX_BYTES)? {
            FileEntry::Content(bytes) => Some(bytes),
            FileEntry::Size(_) | FileEntry::Other(_) => None,
        });
        texts.next().is_some_and(|bytes| Manifest::parse("", &bytes).names_its_image())
    };
    choice.decide(choice == DialectChoice::Auto && names_its_image())
}
