//! Which bytes to delete so that entries go and the formatting of the rest stays.

use super::Document;
use super::node::{Member, Node, Value};
use crate::order::sorted;
use crate::span::Span;

impl Document<'_> {
    /// The bytes to delete so that one member of an object, or one entry of an array, is gone.
    ///
    /// With it go exactly one comma and its white space: the comma before it, or for the first the comma
    /// after it. The only one leaves `[]` or `{}`. `None` where there is no such entry. The removals of
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
