//! A parsed text: its tree, the text itself, and its duplicate keys.

use super::duplicates::{self, DuplicateKey};
use super::error::{JsonError, JsonErrorKind};
use super::node::Node;
use super::parser::{self, Parsed};
use super::{MAX_BYTES, Pointer};
use crate::span::Span;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A JSON text that has been parsed.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    text: &'a str,
    root: Node<'a>,
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
        let text = checked_text(bytes)?;
        let Parsed { root, has_duplicates, has_escapes } = parser::parse(text).map_err(|error| *error)?;
        let duplicates = if has_duplicates { duplicates::collect(&root) } else { Vec::new() };
        Ok(Self { text, root, duplicates, has_escapes })
    }

    /// The value of the whole text.
    #[must_use]
    pub fn root(&self) -> &Node<'a> {
        &self.root
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
            node = super::locate::step(node, &token)?.0;
        }
        Some(node)
    }

    /// The text of a span; empty where the span is not one of this document.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

fn checked_text(bytes: &[u8]) -> Result<&str, JsonError> {
    if bytes.len() > MAX_BYTES {
        let kind = JsonErrorKind::TooLarge { limit: MAX_BYTES, actual: bytes.len() };
        return Err(JsonError { kind, span: Span::at(0) });
    }
    if bytes.starts_with(BYTE_ORDER_MARK) {
        let span = Span::new(0, BYTE_ORDER_MARK.len());
        return Err(JsonError { kind: JsonErrorKind::ByteOrderMark, span });
    }
    std::str::from_utf8(bytes).map_err(|error| invalid_utf8(bytes, error))
}

#[cold]
fn invalid_utf8(bytes: &[u8], error: std::str::Utf8Error) -> JsonError {
    let start = error.valid_up_to();
    let end = error.error_len().map_or(bytes.len(), |length| start + length);
    let byte = bytes.get(start).copied().unwrap_or_default();
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    JsonError { kind: JsonErrorKind::InvalidUtf8 { byte, utf16 }, span: Span::new(start, end) }
}
