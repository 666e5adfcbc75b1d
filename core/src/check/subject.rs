//! What a rule looks at: a parsed text with its path, and for a manifest all that belongs to it.

use std::ops::Deref;
use std::sync::Arc;

use super::{Context, Docker};
use crate::diagnostic::Place;
use crate::files::{Entry, Files};
use crate::image_name::{ImageName, ImageNameError};
use crate::json::{Document, Node, Part, Pointer};
use crate::kind::Kind;
use crate::span::Span;

/// A JSON text that parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) path: &'a Arc<str>,
    pub(crate) document: &'a Document<'a>,
}

impl<'a> Text<'a> {
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::new(Arc::clone(self.path), span)
    }

    /// The value that a pointer points to.
    pub(crate) fn value_place(&self, pointer: &Pointer) -> Place {
        self.place(self.document.locate(pointer, Part::Value))
    }

    /// The key that a pointer points to; for a missing key the object that lacks it.
    pub(crate) fn key_place(&self, pointer: &Pointer) -> Place {
        self.place(self.document.locate(pointer, Part::Key))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Node<'a>> {
        self.document.get(key)
    }
}

/// A manifest under check.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) files: &'a Files,
    pub(crate) context: &'a Context<'a>,
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
    pub(crate) entry: Option<&'a Entry>,
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

impl<'a> Subject<'a> {
    pub(crate) fn new(text: Text<'a>, files: &'a Files, context: &'a Context<'a>) -> Self {
        let mut subject = Self { text, files, context, named: Vec::new(), visible: 0, image: None };
        subject.image = subject.string("image_name").map(|entry| (entry, ImageName::parse(entry.text)));
        let named = |name: StringEntry<'a>| NamedFile { name, entry: files.get(name.text) };
        let mut visible = subject.strings("visible_filenames");
        // A string that stands there alone is no list of files.
        visible.alone = None;
        subject.named.reserve(visible.entries.len() + 1);
        subject.named.extend(visible.map(named));
        subject.visible = subject.named.len();
        subject.named.extend(subject.string("rag_lambda").map(named));
        subject
    }

    pub(crate) fn kind(&self) -> Kind {
        self.context.kind
    }

    pub(crate) fn docker(&self) -> Option<&'a Docker> {
        self.context.docker
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
