//! What a rule works with: what it looks at, and the [`Sink`] where it puts what it finds.

use std::ops::Deref;
use std::sync::Arc;

use start_points_schemas::{Schema, Shape};

use super::too_many_faults;
use crate::diagnostic::{Diagnostic, Edit, Location};
use crate::docker_folder::Docker;
use crate::dockerfile::Dockerfile;
use crate::files::{FileEntry, Files, as_text, normal};
use crate::image_name::{ImageName, ImageNameError};
use crate::json::{Document, Node, Pointer, PointerPart};
use crate::kind::{Dialect, DialectChoice, Kind};
use crate::schema::SchemaFaultKind;
use crate::span::Span;

/// The most diagnostics of one text that are kept, unless [`ManifestContext::max_faults`] says otherwise.
pub(crate) const MAX_DIAGNOSTICS: usize = 1_000;

/// What a manifest is checked against, besides its files.
#[derive(Debug, Clone, Copy)]
pub struct ManifestContext<'a> {
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
    /// The docker folder of the repository; `None` where the repository is not available.
    pub docker: Option<&'a Docker>,
}

impl ManifestContext<'_> {
    /// A manifest of this kind and dialect, alone.
    #[must_use]
    pub fn new(kind: Kind, dialect: Dialect) -> Self {
        Self { kind, dialect, choice: dialect.into(), tag: None, max_faults: MAX_DIAGNOSTICS, docker: None }
    }
}

/// A JSON text that parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonText<'a> {
    pub(crate) path: &'a Arc<str>,
    pub(crate) document: &'a Document<'a>,
}

impl<'a> JsonText<'a> {
    pub(crate) fn place(&self, span: Span) -> Location {
        Location::new(Arc::clone(self.path), span)
    }

    /// The value that a pointer points to.
    pub(crate) fn value_place(&self, pointer: &Pointer) -> Location {
        self.place(self.document.locate(pointer, PointerPart::Value))
    }

    /// The key that a pointer points to; for a missing key the object that lacks it.
    pub(crate) fn key_place(&self, pointer: &Pointer) -> Location {
        self.place(self.document.locate(pointer, PointerPart::Key))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Node<'a>> {
        self.document.get(key)
    }
}

/// A Dockerfile, read.
#[derive(Debug)]
pub(crate) struct DockerfileText<'a> {
    pub(crate) path: &'a Arc<str>,
    pub(crate) dockerfile: Dockerfile,
    /// Whether a floating base image is only a warning: in a stale `Dockerfile`, beside a `Dockerfile.base`, and where
    /// the image name is pinned.
    pub(crate) is_lenient: bool,
}

/// A part of a text that breaks its schema, for the rule that the failing keyword names.
#[derive(Debug)]
pub(crate) struct SchemaViolation<'a> {
    pub(crate) text: JsonText<'a>,
    pub(crate) pointer: Pointer,
    pub(crate) kind: SchemaFaultKind,
    /// The manifest; `None` in `docker/image_name.json`.
    pub(crate) context: Option<&'a RuleContext<'a>>,
}

impl SchemaViolation<'_> {
    /// The kind of the manifest; `None` in `docker/image_name.json`.
    pub(crate) fn start_point_kind(&self) -> Option<Kind> {
        self.context.map(RuleContext::kind)
    }
}

/// A manifest under check.
#[derive(Debug)]
pub(crate) struct RuleContext<'a> {
    pub(crate) text: JsonText<'a>,
    pub(crate) files: &'a Files,
    manifest: &'a ManifestContext<'a>,
    /// The visible files, then the rag lambda: most rules walk them, so they are found once.
    named: Vec<NamedFile<'a>>,
    visible: usize,
    /// Four rules look at it, so it is read once.
    image: Option<(StringEntry<'a>, Result<ImageName, ImageNameError>)>,
}

/// A file that the manifest names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedFile<'a> {
    name: StringEntry<'a>,
    /// What stands there.
    pub(crate) entry: Option<&'a FileEntry>,
}

impl<'a> NamedFile<'a> {
    /// Its content, where that is known and is text.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        match self.entry {
            Some(FileEntry::Content(bytes)) => as_text(bytes),
            _ => None,
        }
    }
}

impl<'a> Deref for NamedFile<'a> {
    type Target = StringEntry<'a>;

    fn deref(&self) -> &StringEntry<'a> {
        &self.name
    }
}

/// A string that is not empty: the value of a key, or an entry of its array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StringEntry<'a> {
    key: &'a str,
    index: Option<usize>,
    pub(crate) node: &'a Node<'a>,
    pub(crate) text: &'a str,
}

impl StringEntry<'_> {
    pub(crate) fn pointer(&self) -> Pointer {
        let pointer = Pointer::root().key(self.key);
        match self.index {
            Some(index) => pointer.index(index),
            None => pointer,
        }
    }

    /// Its place in its array; a string that stands alone is the first.
    pub(crate) fn index(&self) -> usize {
        self.index.unwrap_or_default()
    }
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(text: JsonText<'a>, files: &'a Files, manifest: &'a ManifestContext<'a>) -> Self {
        let mut context = Self { text, files, manifest, named: Vec::new(), visible: 0, image: None };
        context.image = context.string("image_name").map(|entry| (entry, ImageName::parse(entry.text)));
        let named = |name: StringEntry<'a>| NamedFile { name, entry: files.get(name.text) };
        let mut visible = context.strings("visible_filenames");
        // A string alone is not a list of files.
        visible.alone = None;
        context.named.reserve(visible.entries.len() + 1);
        context.named.extend(visible.map(named));
        context.visible = context.named.len();
        context.named.extend(context.string("rag_lambda").map(named));
        context
    }

    pub(crate) fn kind(&self) -> Kind {
        self.manifest.kind
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.manifest.dialect
    }

    pub(crate) fn choice(&self) -> DialectChoice {
        self.manifest.choice
    }

    pub(crate) fn tag(&self) -> Option<&'a str> {
        self.manifest.tag
    }

    pub(crate) fn docker(&self) -> Option<&'a Docker> {
        self.manifest.docker
    }

    /// The schema of the manifest.
    pub(crate) fn shape(&self) -> Shape {
        shape_of(self.kind().schema(self.dialect()))
    }

    /// The non-empty string under a key. Other values are the schema's business.
    pub(crate) fn string(&self, key: &'a str) -> Option<StringEntry<'a>> {
        entry(key, None, self.text.get(key)?)
    }

    /// The non-empty strings of the array under a key, or the one string that stands there alone.
    pub(crate) fn strings(&self, key: &'a str) -> Strings<'a> {
        let node = self.text.get(key);
        let alone = node.and_then(|node| entry(key, None, node));
        Strings { key, alone, entries: node.and_then(Node::as_array).unwrap_or_default(), index: 0 }
    }

    /// The image name, where there is a string, and what is wrong with it.
    pub(crate) fn image(&self) -> Option<(StringEntry<'a>, Result<&ImageName, &ImageNameError>)> {
        self.image.as_ref().map(|(entry, read)| (*entry, read.as_ref()))
    }

    /// The files that the manifest names: visible files and the rag lambda.
    pub(crate) fn named_files(&self) -> &[NamedFile<'a>] {
        &self.named
    }

    /// The visible files alone.
    pub(crate) fn visible_files(&self) -> &[NamedFile<'a>] {
        &self.named[..self.visible]
    }

    /// A change of a file that the manifest names.
    pub(crate) fn edit_beside(&self, file: &NamedFile<'_>, span: Span, text: String) -> Edit {
        let name = normal(file.text);
        let path = match self.text.path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.into_owned(),
        };
        Edit { path: path.into(), span, text }
    }
}

/// A schema as data; a schema that the engine does not walk finds nothing.
pub(crate) fn shape_of(schema: Schema) -> Shape {
    schema.shape().unwrap_or(Shape(&[]))
}

/// The non-empty strings under a key.
pub(crate) struct Strings<'a> {
    key: &'a str,
    alone: Option<StringEntry<'a>>,
    entries: &'a [Node<'a>],
    index: usize,
}

impl<'a> Iterator for Strings<'a> {
    type Item = StringEntry<'a>;

    // Many rules walk such strings: inlined, this would be a tenth of the browser's module.
    #[inline(never)]
    fn next(&mut self) -> Option<StringEntry<'a>> {
        if let Some(alone) = self.alone.take() {
            return Some(alone);
        }
        while let Some(node) = self.entries.get(self.index) {
            let entry = entry(self.key, Some(self.index), node);
            self.index += 1;
            if entry.is_some() {
                return entry;
            }
        }
        None
    }
}

fn entry<'a>(key: &'a str, index: Option<usize>, node: &'a Node<'a>) -> Option<StringEntry<'a>> {
    let text = node.as_str().filter(|text| !text.is_empty())?;
    Some(StringEntry { key, index, node, text })
}

/// Collects the diagnostics of one text; bounded, because a hostile manifest can hold a million faults.
#[derive(Debug)]
pub(crate) struct Sink {
    limit: usize,
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Default for Sink {
    fn default() -> Self {
        Self::new(MAX_DIAGNOSTICS)
    }
}

impl Sink {
    /// Keeps this many diagnostics.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), dropped: 0 }
    }

    /// Takes a diagnostic; it is made only where there is room for it.
    pub(crate) fn push(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < self.limit {
            self.kept.push(diagnostic());
        } else {
            self.dropped += 1;
        }
    }

    /// How many more are kept.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.kept.len())
    }

    /// Counts diagnostics that were not made, as there was no room for them.
    pub(crate) fn drop(&mut self, count: usize) {
        self.dropped += count;
    }

    /// Everything kept, and one diagnostic that counts the rest.
    pub(crate) fn finish(mut self, file: Location) -> Vec<Diagnostic> {
        if self.dropped > 0 {
            self.kept.push(too_many_faults::diagnose(file, self.dropped));
        }
        self.kept
    }
}
