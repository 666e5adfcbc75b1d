//! From the tree back to the text: the bytes of what a pointer points to, of a part of a string, and of what to delete
//! so that entries go.

use std::ops::Range;

use super::document::Document;
use super::node::{Member, Node, Value};
use super::pointer::Pointer;
use crate::order::sorted;
use crate::span::Span;

/// Which part of the thing a pointer points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointerPart {
    /// The key of a member, quotes included. What has no key, the root and the entries of an array,
    /// answers its opening bracket, or the whole of itself where it has none.
    Key,
    /// The whole value.
    Value,
}

impl Document<'_> {
    /// The place of what a pointer points to; of duplicate keys the last counts.
    ///
    /// A pointer to nothing, such as a missing key, answers the [`PointerPart::Key`] of the innermost thing on its
    /// way that does exist: the key of the parent object, or the opening brace (one byte) at the top level.
    #[must_use]
    pub fn locate(&self, pointer: &Pointer, part: PointerPart) -> Span {
        let (mut node, mut member) = (self.root(), None);
        for token in pointer.tokens() {
            match self.step(node, &token) {
                Some(below) => (node, member) = below,
                None => return name_span(node, member),
            }
        }
        match part {
            PointerPart::Key => name_span(node, member),
            PointerPart::Value => node.span,
        }
    }
}

fn name_span(node: &Node<'_>, member: Option<&Member<'_>>) -> Span {
    match (member, &node.value) {
        (Some(member), _) => member.key_span,
        (None, Value::Array(_) | Value::Object(_)) => Span::new(node.span.start, node.span.start + 1),
        (None, _) => node.span,
    }
}

impl Document<'_> {
    /// The place of a part of a string, such as a group of a regular expression.
    ///
    /// `string_span` is the span of a string or key of this document, quotes included; `decoded` is a byte
    /// range of the decoded string. An end inside a character or an escape moves outwards to its edge; what
    /// is beyond the string stops at its closing quote. An empty range gives an empty span.
    #[must_use]
    pub fn span_in_string(&self, string_span: Span, decoded: Range<usize>) -> Span {
        let literal = self.slice(string_span);
        let body = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
        let (mut raw, mut at) = (0, 0);
        let mut found: Option<Span> = None;
        while let Some((raw_length, length)) = unit(body, raw) {
            if at >= decoded.end.max(decoded.start + 1) {
                break;
            }
            if at + length > decoded.start {
                let start = found.map_or(raw, |span| span.start);
                found = Some(Span::new(start, raw + raw_length));
            }
            raw += raw_length;
            at += length;
        }
        let span = found.unwrap_or(Span::at(raw));
        let span = if decoded.is_empty() { Span::at(span.start) } else { span };
        span.shifted(string_span.start + 1)
    }
}

/// The character or escape at `at`: its length in the literal, and its length decoded.
fn unit(body: &str, at: usize) -> Option<(usize, usize)> {
    let rest = body.get(at..)?;
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    match rest.as_bytes().get(1)? {
        b'u' => Some(match u32::from_str_radix(rest.get(2..6)?, 16).ok()? {
            0..0x80 => (6, 1),
            0x80..0x800 => (6, 2),
            // The parser has made sure that the other half follows.
            0xD800..0xE000 => (12, 4),
            _ => (6, 3),
        }),
        _ => Some((2, 1)),
    }
}

impl Document<'_> {
    /// The bytes to delete so that one member of an object, or one entry of an array, is gone.
    ///
    /// With it go exactly one comma and its white space: the comma before it, or for the first the comma
    /// after it. The only one leaves `[]` or `{}`. `None` if the entry does not exist. The removals of
    /// several entries compose where none of them is the first; otherwise see [`removals`](Self::removals).
    #[must_use]
    pub fn member_removal(&self, container: &Node<'_>, index: usize) -> Option<Span> {
        self.removals(container, &[index]).pop()
    }

    /// The bytes to delete so that all these members or entries are gone, whichever they are.
    ///
    /// Order and repetition of `indices` do not matter, and those that do not exist are passed over. The
    /// spans are in order, disjoint and apart from one another: one for each run of neighbours. Deleting
    /// all of them leaves valid JSON.
    #[must_use]
    pub fn removals(&self, container: &Node<'_>, indices: &[usize]) -> Vec<Span> {
        let extent = |index: usize| match &container.value {
            Value::Array(entries) => entries.get(index).map(|entry| entry.span),
            Value::Object(members) => members.get(index).map(Member::span),
            _ => None,
        };
        let indices: Vec<usize> = indices.iter().copied().filter(|index| extent(*index).is_some()).collect();
        let mut indices = sorted(indices, Ord::cmp);
        indices.dedup();
        indices
            .chunk_by(|one, next| *next == one + 1)
            .filter_map(|run| run_removal(container.span, extent, *run.first()?, *run.last()?))
            .collect()
    }
}

/// The bytes of the entries `first..=last`.
fn run_removal(
    container: Span,
    extent: impl Fn(usize) -> Option<Span>,
    first: usize,
    last: usize,
) -> Option<Span> {
    Some(match (first.checked_sub(1).and_then(&extent), extent(last + 1)) {
        (Some(before), _) => Span::new(before.end, extent(last)?.end),
        (None, Some(after)) => Span::new(extent(first)?.start, after.start),
        (None, None) => Span::new(container.start + 1, container.end - 1),
    })
}
