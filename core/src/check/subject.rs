//! What a rule looks at: a parsed text with its path, and for a manifest all that belongs to it.

use std::sync::Arc;

use super::{Context, Docker};
use crate::diagnostic::Place;
use crate::files::Files;
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
        self.document.root().get(key)
    }
}

/// A manifest under check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) files: &'a Files,
    pub(crate) context: &'a Context<'a>,
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
    pub(crate) fn strings(&self, key: &'a str) -> impl Iterator<Item = StringEntry<'a>> + use<'a> {
        let node = self.text.get(key);
        let alone = node.and_then(|node| entry(key, None, node));
        let entries = node.and_then(Node::as_array).unwrap_or_default();
        let listed = entries.iter().enumerate();
        alone.into_iter().chain(listed.filter_map(move |(index, node)| entry(key, Some(index), node)))
    }

    /// The files that the manifest names: visible files and the rag lambda.
    pub(crate) fn named_files(&self) -> impl Iterator<Item = StringEntry<'a>> + use<'a> {
        let visible = self.text.get("visible_filenames").and_then(Node::as_array).unwrap_or_default();
        let visible = visible
            .iter()
            .enumerate()
            .filter_map(|(index, node)| entry("visible_filenames", Some(index), node));
        visible.chain(self.string("rag_lambda"))
    }

    /// The visible files alone.
    pub(crate) fn visible_files(&self) -> impl Iterator<Item = StringEntry<'a>> + use<'a> {
        self.named_files().filter(|entry| entry.key == "visible_filenames")
    }
}

fn entry<'a>(key: &'a str, index: Option<usize>, node: &'a Node<'a>) -> Option<StringEntry<'a>> {
    let text = node.as_str().filter(|text| !text.is_empty())?;
    Some(StringEntry { key, index, node, text })
}
