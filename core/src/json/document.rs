//! A parsed text: its tree, the text itself and its duplicate keys; and what could be read of a text that is not JSON.

use super::error::{JsonError, JsonErrorKind, MAX_BYTES};
use super::keys::{DuplicateKey, KeyIndex, duplicate_keys};
use super::node::{Member, Node, Value};
use super::pointer::{Pointer, is_index};
use super::state::{MAX_ERRORS, Parser};
use crate::span::Span;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A JSON text that has been parsed.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    text: &'a str,
    root: Node<'a>,
    keys: KeyIndex,
    duplicates: Vec<DuplicateKey>,
    has_escapes: bool,
}

impl<'a> Document<'a> {
    /// Parses one RFC 8259 text: UTF-8, no byte-order mark, one value of any type.
    ///
    /// # Errors
    /// The first fault found, with its place. Checked in this order: more than [`MAX_BYTES`] bytes, a
    /// byte-order mark, invalid UTF-8, then the grammar from the front, with at most
    /// [`MAX_DEPTH`](super::MAX_DEPTH) arrays and objects inside one another. Duplicate keys are no
    /// error here: see [`duplicate_keys`](Self::duplicate_keys).
    pub fn parse(bytes: &'a [u8]) -> Result<Self, JsonError> {
        let mut parser = Parser::new(checked_text(bytes)?, false);
        let root = parser.whole();
        match (parser.errors.pop(), root) {
            (None, Ok(root)) => Ok(Self::new(root, &parser)),
            (Some(error), _) => Err(error),
            (None, Err(_)) => Err(JsonError::new(JsonErrorKind::Empty { blank: false }, 0, 0)),
        }
    }

    /// Reads as much as possible of a text that [`parse`](Self::parse) rejects: all its faults, up to
    /// [`MAX_ERRORS`], in the order in which they are met, and what could be read beside them.
    /// The first is the one that `parse` returns. Text that is not UTF-8, begins with a byte-order mark, is too
    /// large or too deep has no tree.
    #[must_use]
    pub fn recover(bytes: &'a [u8]) -> Recovered<'a> {
        Self::recover_within(bytes, MAX_ERRORS)
    }

    /// The same with this many faults at most.
    pub(crate) fn recover_within(bytes: &'a [u8], max_errors: usize) -> Recovered<'a> {
        let mut parser = match checked_text(bytes) {
            Ok(text) => Parser::new(text, true),
            Err(error) => return Recovered::nothing(error),
        };
        parser.max_errors = max_errors;
        let document =
            parser.whole().ok().filter(|root| matches!(root.value, Value::Object(_))).map(|root| {
                if parser.unclosed {
                    // What an object inside holds may belong to the one around it.
                    let inner = root.members().iter().map(|member| &member.node);
                    let inner = inner.filter(|node| matches!(node.value, Value::Object(_)));
                    parser.guesses.extend(inner.map(|node| node.span));
                }
                let mut document = Self::new(root, &parser);
                if parser.conflict {
                    document.duplicates.clear();
                }
                document
            });
        let is_partial = parser.lost || parser.conflict;
        Recovered {
            document,
            errors: parser.errors,
            is_partial,
            has_conflict: parser.conflict,
            guesses: parser.guesses,
        }
    }

    fn new(root: Node<'a>, parser: &Parser<'a>) -> Self {
        let keys = KeyIndex::new(&root);
        let has_duplicates = parser.has_duplicates || keys.has_duplicates(root.members());
        let duplicates = if has_duplicates { duplicate_keys(&root) } else { Vec::new() };
        Self { text: parser.text, root, keys, duplicates, has_escapes: parser.has_escapes }
    }

    /// The value of the whole text.
    #[must_use]
    pub fn root(&self) -> &Node<'a> {
        &self.root
    }

    /// The member of the root with this key; of duplicates the last. Quick in a large object too.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member<'a>> {
        self.keys.member(&self.root, key)
    }

    /// The value under this key of the root; of duplicates the last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.member(key).map(|member| &member.node)
    }

    /// The text that was parsed; every span is a range of it.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Every key that its object already has, at any depth, in order of place.
    ///
    /// Only where the pointers to the objects would need more than 8 MiB does the list end early.
    #[must_use]
    pub fn duplicate_keys(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// Whether any string is written with an escape.
    pub(crate) fn has_escapes(&self) -> bool {
        self.has_escapes
    }

    /// The value a pointer points to; of duplicate keys the last.
    #[must_use]
    pub fn find(&self, pointer: &Pointer) -> Option<&Node<'a>> {
        let mut node = &self.root;
        for token in pointer.tokens() {
            node = self.step(node, &token)?.0;
        }
        Some(node)
    }

    /// One token down: the value, and the member that holds it where the container is an object.
    pub(super) fn step<'n>(
        &'n self,
        node: &'n Node<'a>,
        token: &str,
    ) -> Option<(&'n Node<'a>, Option<&'n Member<'a>>)> {
        match &node.value {
            Value::Object(_) => {
                let is_root = std::ptr::eq(node, self.root());
                let member = if is_root { self.member(token) } else { node.member(token) };
                member.map(|member| (&member.node, Some(member)))
            }
            Value::Array(entries) if is_index(token) => {
                entries.get(token.parse::<usize>().ok()?).map(|entry| (entry, None))
            }
            _ => None,
        }
    }

    /// The text of a span; empty where the span is not one of this document.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

/// The faults of a text that is not JSON, and the tree beside them.
#[derive(Debug, Clone, Default)]
pub struct Recovered<'a> {
    /// The readable part; `None` where it is not an object.
    pub document: Option<Document<'a>>,
    /// The faults, in the order in which they were met; never empty where [`Document::parse`] rejects the text.
    pub errors: Vec<JsonError>,
    /// Whether a part of the text may not be in the tree, so that nothing can be called missing.
    pub is_partial: bool,
    /// Whether both sides of a conflict are in the tree, so that nothing can be called a duplicate.
    pub has_conflict: bool,
    pub(super) guesses: Vec<Span>,
}

impl Recovered<'_> {
    /// A text of which nothing can be read because of this fault.
    pub(crate) fn nothing(error: JsonError) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }

    /// Whether the tree is certain to have what the text says at a place.
    #[must_use]
    pub fn is_certain(&self, place: Span) -> bool {
        self.guesses.iter().all(|guess| guess.end < place.start || place.end < guess.start)
    }
}

fn checked_text(bytes: &[u8]) -> Result<&str, JsonError> {
    if bytes.len() > MAX_BYTES {
        let kind = JsonErrorKind::TooLarge { limit: MAX_BYTES, actual: bytes.len() };
        return Err(JsonError::new(kind, 0, 0));
    }
    if bytes.starts_with(BYTE_ORDER_MARK) {
        let end = BYTE_ORDER_MARK.len();
        return Err(JsonError::new(JsonErrorKind::ByteOrderMark, 0, end).fixed(0, end, ""));
    }
    std::str::from_utf8(bytes).map_err(|error| invalid_utf8(bytes, error))
}

#[cold]
fn invalid_utf8(bytes: &[u8], error: std::str::Utf8Error) -> JsonError {
    let start = error.valid_up_to();
    let end = error.error_len().map_or(bytes.len(), |length| start + length);
    let byte = bytes.get(start).copied().unwrap_or_default();
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    JsonError::new(JsonErrorKind::InvalidUtf8 { byte, utf16 }, start, end)
}
