//! Checking one manifest: its text, the files beside it, and where it stands.

use std::sync::Arc;

use super::recovered::check_recovered;
use super::sink::MAX_DIAGNOSTICS;
use super::{Docker, Sink, Subject, Text};
use crate::diagnostic::{Diagnostic, Place};
use crate::files::Files;
use crate::json::{Document, JsonError, MAX_ERRORS, Node, Recovered};
use crate::keys::KEYS;
use crate::kind::{Dialect, DialectChoice, Kind};
use crate::layout;
use crate::rules;
use crate::span::Span;

/// A manifest's text, parsed once.
#[derive(Debug, Clone)]
pub struct Manifest<'a> {
    path: Arc<str>,
    bytes: &'a [u8],
    /// The tree, or what could be read of a text that is not JSON.
    parsed: Result<Document<'a>, Box<Recovered<'a>>>,
}

/// What a manifest is checked against, besides its files.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The kind of start-point.
    pub kind: Kind,
    /// Where a languages image name comes from.
    pub dialect: Dialect,
    /// How that was chosen.
    pub choice: DialectChoice,
    /// The git tag that the source URL names, where it names one.
    pub tag: Option<&'a str>,
    /// The most faults that are reported.
    pub max_faults: usize,
    /// The docker folder of the repository; `None` where the repository is not at hand.
    pub docker: Option<&'a Docker>,
}

impl<'a> Manifest<'a> {
    /// Takes the bytes of the manifest at `path`. A text that is no JSON is a manifest too, with that fault.
    #[must_use]
    pub fn parse(path: impl Into<Arc<str>>, bytes: &'a [u8]) -> Self {
        Self::parse_within(path, bytes, MAX_ERRORS)
    }

    /// The same; of a text that is not JSON at most so many faults are looked for.
    pub(super) fn parse_within(path: impl Into<Arc<str>>, bytes: &'a [u8], max_errors: usize) -> Self {
        let parsed =
            Document::parse(bytes).map_err(|_| Box::new(Document::recover_within(bytes, max_errors)));
        Self { path: path.into(), bytes, parsed }
    }

    /// A manifest that has this many bytes, more than are read.
    #[must_use]
    pub(super) fn too_large(path: impl Into<Arc<str>>, size: u64) -> Self {
        let actual = usize::try_from(size).unwrap_or(usize::MAX);
        let recovered = Recovered::nothing(JsonError::too_large(actual));
        Self { path: path.into(), bytes: b"", parsed: Err(Box::new(recovered)) }
    }

    /// Its text.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the manifest lies, with forward slashes.
    #[must_use]
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The tree; `None` where the text is no JSON.
    #[must_use]
    pub fn document(&self) -> Option<&Document<'a>> {
        self.parsed.as_ref().ok()
    }

    /// The tree that rules run on: of a text that is not JSON what could be read, where that is an object.
    #[must_use]
    pub fn recovered(&self) -> Option<&Document<'a>> {
        match &self.parsed {
            Ok(document) => Some(document),
            Err(recovered) => recovered.document.as_ref(),
        }
    }

    /// The kind that its place in a repository names, or else its content suggests; `has_docker` says whether there is
    /// a docker folder. A text of which too little can be read counts as languages.
    pub(super) fn likely_kind(&self, place: &str, has_docker: bool) -> Kind {
        layout::kind_of_place(place).unwrap_or_else(|| {
            let is_partial = self.parsed.as_ref().is_err_and(|recovered| recovered.is_partial);
            self.recovered()
                .map(|document| layout::kind_of_content(document, has_docker))
                .filter(|kind| !is_partial || *kind != Kind::Exercises)
                .unwrap_or(Kind::Languages)
        })
    }

    /// Whether it is JSON without any key of a start-point: the manifest of a web app, of a browser's extension.
    pub(super) fn is_foreign(&self) -> bool {
        let is_whole = self.parsed.as_ref().map_or_else(|recovered| !recovered.is_partial, |_| true);
        is_whole
            && self.recovered().is_some_and(|document| KEYS.iter().all(|key| document.get(key).is_none()))
    }

    /// The image name, where there is a string.
    #[must_use]
    pub fn image_name(&self) -> Option<&str> {
        self.document()?.get("image_name").and_then(Node::as_str)
    }

    /// Whether it has an image name, of whatever type: only what is deployed today, the pinned dialect, has one.
    #[must_use]
    pub fn names_its_image(&self) -> bool {
        self.recovered().is_some_and(|document| document.get("image_name").is_some())
    }

    /// The files that the manifest names and that [`check_manifest`] wants to see, as written, in order.
    #[must_use]
    pub fn named_files(&self) -> Vec<&str> {
        let Some(document) = self.recovered() else { return Vec::new() };
        let visible = document.get("visible_filenames").and_then(Node::as_array);
        let lambda = document.get("rag_lambda");
        let nodes = visible.unwrap_or_default().iter().chain(lambda);
        nodes.filter_map(Node::as_str).filter(|name| !name.is_empty()).collect()
    }

    /// The display name, where there is a string, and its place.
    #[must_use]
    pub fn display_name(&self) -> Option<(&str, Span)> {
        let node = self.document()?.get("display_name")?;
        Some((node.as_str()?, node.span))
    }
}

impl<'a> Context<'a> {
    /// A manifest of this kind and dialect, alone.
    #[must_use]
    pub fn new(kind: Kind, dialect: Dialect) -> Self {
        Self { kind, dialect, choice: dialect.into(), tag: None, max_faults: MAX_DIAGNOSTICS, docker: None }
    }
}

/// Every fault of one manifest, unordered; [`Report`](crate::Report) orders them.
///
/// `files` holds what stands under each of [`Manifest::named_files`] and, for the rule `unnamed-file`, what
/// else lies beside the manifest.
#[must_use]
pub fn check_manifest(manifest: &Manifest<'_>, files: &Files, context: &Context<'_>) -> Vec<Diagnostic> {
    let run = |text: Text<'_>, sink: &mut Sink| rules::run(&Subject::new(text, files, context), sink);
    match &manifest.parsed {
        Err(recovered) => check_recovered(&manifest.path, recovered, context.max_faults, &run),
        Ok(document) => {
            let mut sink = Sink::new(context.max_faults);
            run(Text { path: &manifest.path, document }, &mut sink);
            sink.finish(Place::file(Arc::clone(&manifest.path)))
        }
    }
}
