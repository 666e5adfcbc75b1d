//! One start-point: its manifest with all that belongs to it, and what is decided of it.

use std::sync::Arc;

use super::manifest::{CheckOptions, Manifest};
use super::run_rules::check_manifest;
use crate::diagnostic::Diagnostic;
use crate::docker_folder::Docker;
use crate::files::{FileEntry, FileSet, Files, NonRegular, normal};
use crate::image_name::{CommitSha, ImageName};
use crate::kind::{Dialect, DialectChoice, Kind};
use crate::layout;
use crate::resolve::{ImageNameSource, Provenance, ResolveError, Resolved, resolve, resolve_image_name};
use crate::rules::context::ManifestContext;
use crate::rules::escaping_filename::is_escaping;
use crate::rules::oversized_file::MAX_FILE_BYTES;

/// A manifest with its files, its docker folder, its kind and its dialect. Nothing else decides these.
///
/// | place | kind |
/// |---|---|
/// | `…/start_point/` | languages |
/// | `…/start-points/NAME/` | exercises |
/// | `…/start-points/GROUP/NAME/` | custom |
/// | elsewhere, neither `image_name` nor `filename_extension` | exercises |
/// | elsewhere, an `image_name` and no docker folder | custom |
/// | elsewhere, otherwise | languages |
///
/// The docker folder is the one beside `start_point/`, or else the one beside the manifest.
#[derive(Debug, Clone)]
pub struct StartPoint<'a> {
    /// The manifest.
    pub manifest: Manifest<'a>,
    /// The files that it names, and the names of those beside it.
    pub files: Files,
    /// Its docker folder, also one that does not exist; `None` where the repository is not at hand.
    pub docker: Option<Docker>,
    /// Its kind.
    pub kind: Kind,
    /// Its dialect; only of languages it says anything.
    pub dialect: Dialect,
    choice: DialectChoice,
    is_foreign: bool,
}

impl<'a> StartPoint<'a> {
    /// Reads what belongs to the manifest at `path`, whose text is `bytes`.
    #[must_use]
    pub fn read(set: &dyn FileSet, path: &str, bytes: &'a [u8], options: &CheckOptions) -> Self {
        Self::with_files(set, options.parse(path, bytes), options)
    }

    /// The same without the files that the manifest names.
    #[must_use]
    pub fn without_files(set: &dyn FileSet, path: &str, bytes: &'a [u8], options: &CheckOptions) -> Self {
        let place = set.place(path).into_owned();
        let docker = Docker::for_manifest(set, path, &place);
        Self::decided(options.parse(path, bytes), Files::unknown(), Some(docker), &place, options)
    }

    /// The same for a manifest that is parsed.
    pub(super) fn with_files(set: &dyn FileSet, manifest: Manifest<'a>, options: &CheckOptions) -> Self {
        let place = set.place(manifest.path()).into_owned();
        let docker = Docker::for_manifest(set, manifest.path(), &place);
        let files = files(set, &place, &manifest);
        Self::decided(manifest, files, Some(docker), &place, options)
    }

    /// A manifest of which `files` and `docker` are all that is known.
    #[must_use]
    pub fn new(manifest: Manifest<'a>, files: Files, docker: Option<Docker>, options: &CheckOptions) -> Self {
        let place = Arc::clone(manifest.path());
        Self::decided(manifest, files, docker, &place, options)
    }

    fn decided(
        manifest: Manifest<'a>,
        files: Files,
        docker: Option<Docker>,
        place: &str,
        options: &CheckOptions,
    ) -> Self {
        let has_docker = docker.as_ref().is_some_and(Docker::exists);
        let kind = options.kind.unwrap_or_else(|| manifest.likely_kind(place, has_docker));
        let dialect = options.dialect.decide(manifest.names_its_image());
        let is_foreign =
            options.kind.is_none() && layout::kind_of_place(place).is_none() && manifest.is_foreign();
        Self { manifest, files, docker, kind, dialect, choice: options.dialect, is_foreign }
    }

    /// Whether it is not a start-point: a `manifest.json` of a web app or of a browser's extension, outside of the places
    /// of start-points and without any of their keys. One that was named by its path is checked all the same.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// Every fault of the manifest, unordered, each rule at its own level.
    #[must_use]
    pub fn faults(&self, options: &CheckOptions) -> Vec<Diagnostic> {
        let context = ManifestContext {
            kind: self.kind,
            dialect: self.dialect,
            choice: self.choice,
            tag: options.tag.as_deref(),
            max_faults: options.max_faults,
            docker: self.docker.as_ref(),
        };
        check_manifest(&self.manifest, &self.files, &context)
    }

    /// Whether a derived dialect was chosen for a repository that builds no image: the choice is at fault, and it is
    /// most likely at fault for every repository that it was made for.
    pub(super) fn contradicts_choice(&self) -> bool {
        self.choice == DialectChoice::Derived
            && self.docker.is_some()
            && self.kind == Kind::Languages
            && self.manifest.names_its_image()
            && !self.docker.as_ref().is_some_and(Docker::builds)
    }

    /// The text of a file that belongs to it, as it was checked.
    pub(super) fn text(&self, path: &str) -> Option<&[u8]> {
        if path == &**self.manifest.path() {
            return Some(self.manifest.bytes());
        }
        let docker = self.docker.iter().flat_map(Docker::files).find(|file| &*file.path == path);
        if let Some(file) = docker {
            return file.content.as_deref().ok();
        }
        let folder = layout::folder(self.manifest.path());
        let name = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
        match self.files.get(name)? {
            FileEntry::Content(bytes) => Some(bytes),
            FileEntry::Size(_) | FileEntry::Other(_) => None,
        }
    }

    /// Its image name with a tag; exercises have none.
    ///
    /// # Errors
    /// As [`resolve_image_name`].
    pub fn image_name(
        &self,
        commit: Option<&CommitSha>,
        git_tag: Option<&str>,
    ) -> Result<Option<ImageName>, ResolveError> {
        let declared = self.declared_image_name();
        let manifest = self.manifest.image_name();
        let source = ImageNameSource { manifest, docker: declared.as_deref(), commit, git_tag };
        resolve_image_name(self.kind, self.dialect, source)
    }

    /// The name that [`image_name`](Self::image_name) adds a tag to, as written.
    #[must_use]
    pub fn written_image_name(&self) -> Option<String> {
        match (self.kind, self.dialect) {
            (Kind::Exercises, _) => None,
            (Kind::Languages, Dialect::Derived) => self.declared_image_name(),
            _ => self.manifest.image_name().map(str::to_owned),
        }
    }

    /// The image name that its `docker/image_name.json` declares.
    #[must_use]
    pub fn declared_image_name(&self) -> Option<String> {
        self.docker.as_ref().and_then(Docker::declared_image_name)
    }

    /// The manifest as a service answers it; `None` where it is not JSON.
    ///
    /// # Errors
    /// Where the image name cannot be made.
    pub fn resolve(
        &'a self,
        git_tag: Option<&str>,
        source: Option<&Provenance>,
    ) -> Option<Result<Resolved<'a>, ResolveError>> {
        let document = self.manifest.document()?;
        let declared = self.declared_image_name();
        Some(resolve(document, &self.files, self.kind, self.dialect, declared.as_deref(), git_tag, source))
    }
}

/// The files that a manifest names, and the names of those beside it. At the top of a repository the neighbours are
/// the repository's own, and are left out.
fn files(set: &dyn FileSet, place: &str, manifest: &Manifest<'_>) -> Files {
    let folder = layout::folder(manifest.path());
    let mut files = Files::new();
    if !layout::folder(place).is_empty() {
        for name in set.names(folder) {
            files.insert(&name, FileEntry::Size(0));
        }
    }
    for name in manifest.named_files() {
        // Names that lead out are faults of their own; nothing outside the folder is looked at.
        if is_escaping(name) || name.contains('\0') {
            continue;
        }
        let path = normal(name);
        let entry = match &*path {
            "" => Some(FileEntry::Other(NonRegular::Folder)),
            path => set.entry(&layout::join(folder, path), Some(folder), MAX_FILE_BYTES as usize),
        };
        if let Some(entry) = entry {
            files.insert(name, entry);
        }
    }
    files
}
