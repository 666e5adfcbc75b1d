//! A manifest as it is checked: its text, parsed once, and the options of the check.

use std::sync::Arc;

use crate::json::{Document, JsonError, MAX_ERRORS, Node, Recovered};
use crate::keys::KEYS;
use crate::kind::{DialectChoice, Kind};
use crate::layout;
use crate::levels::Levels;
use crate::rules::context::MAX_DIAGNOSTICS;
use crate::span::Span;

/// A manifest's text, parsed once.
#[derive(Debug, Clone)]
pub struct Manifest<'a> {
    pub(super) path: Arc<str>,
    bytes: &'a [u8],
    /// The tree, or what could be read of a text that is not JSON.
    pub(super) parsed: Result<Document<'a>, Box<Recovered<'a>>>,
}

impl<'a> Manifest<'a> {
    /// Takes the bytes of the manifest at `path`. A text that is not JSON is a manifest too, with that fault.
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

    /// The tree; `None` if the text is not JSON.
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

    /// The files that the manifest names and that [`check_manifest`](super::check_manifest) wants to see, as written, in order.
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

/// How start-points are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOptions {
    /// The kind of every manifest; `None` finds it from the place and the content of each.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: DialectChoice,
    /// The git tag that the source URL names, where it names one.
    pub tag: Option<String>,
    /// Rule levels.
    pub levels: Levels,
    /// The most faults of one manifest that are reported; the rest are counted.
    pub max_faults: usize,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            kind: None,
            dialect: DialectChoice::Auto,
            tag: None,
            levels: Levels::new(),
            max_faults: MAX_DIAGNOSTICS,
        }
    }
}

impl CheckOptions {
    /// Parses a manifest, with as many of its faults as are reported.
    pub(super) fn parse<'a>(&self, path: &str, bytes: &'a [u8]) -> Manifest<'a> {
        let max_errors = if self.max_faults > MAX_DIAGNOSTICS { self.max_faults } else { MAX_ERRORS };
        Manifest::parse_within(path, bytes, max_errors)
    }
}
