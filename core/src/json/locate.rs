//! From a pointer to a place: which bytes to underline.

use super::node::{Member, Node, Value};
use super::{Document, Pointer, pointer};
use crate::span::Span;

/// Which part of the thing a pointer points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key of a member, quotes included. What has no key, the root and the entries of an array,
    /// answers its opening bracket, or the whole of itself where it has none.
    Key,
    /// The whole value.
    Value,
}

impl Document<'_> {
    /// The place of what a pointer points to; of duplicate keys the last counts.
    ///
    /// A pointer to nothing, such as a missing key, answers the [`Part::Key`] of the innermost thing on its
    /// way that does exist: the key of the parent object, or the opening brace (one byte) at the top level.
    #[must_use]
    pub fn locate(&self, pointer: &Pointer, part: Part) -> Span {
        let (mut node, mut member) = (self.root(), None);
        for token in pointer.tokens() {
            match self.step(node, &token) {
                Some(below) => (node, member) = below,
                None => return name(node, member),
            }
        }
        match part {
            Part::Key => name(node, member),
            Part::Value => node.span,
        }
    }
}

impl<'a> Document<'a> {
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
            Value::Array(entries) if pointer::is_index(token) => {
                entries.get(token.parse::<usize>().ok()?).map(|entry| (entry, None))
            }
            _ => None,
        }
    }
}

fn name(node: &Node<'_>, member: Option<&Member<'_>>) -> Span {
    match (member, &node.value) {
        (Some(member), _) => member.key_span,
        (None, Value::Array(_) | Value::Object(_)) => Span::new(node.span.start, node.span.start + 1),
        (None, _) => node.span,
    }
}
