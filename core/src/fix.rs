//! Applying fixes to a text: disjoint edits, and only the touched bytes change.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::span::Span;
use crate::text_map::TextMap;

/// Chosen fixes, by file, with edits that do not touch one another.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Of each file, sorted.
    edits: TextMap<Vec<Edit>>,
    chosen: Vec<usize>,
}

impl Changes {
    /// Chooses the first fix of each diagnostic, safe ones alone unless `unsafe_too`.
    ///
    /// A fix is taken whole or not at all: one that touches bytes an earlier one changes is left for the next
    /// run, when its place is known again. That is enough for removals from one array too: those of its first
    /// two entries both take the comma between them, so they are never made in one run.
    #[must_use]
    pub fn choose<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, unsafe_too: bool) -> Self {
        let mut changes = Self::default();
        for (index, diagnostic) in diagnostics.into_iter().enumerate() {
            let fix = diagnostic.fixes.iter().find(|fix| fix.safe || unsafe_too);
            if fix.is_some_and(|fix| changes.take(fix)) {
                changes.chosen.push(index);
            }
        }
        changes
    }

    /// Takes a fix, unless it touches what is taken already.
    fn take(&mut self, fix: &Fix) -> bool {
        let fits = |edit: &Edit| {
            let taken = self.edits.get(&edit.path).map(Vec::as_slice).unwrap_or_default();
            // Those that are taken are apart from one another: only the nearest can touch it.
            let at = taken.partition_point(|other| other.span < edit.span);
            let nearest = taken.get(at).into_iter().chain(at.checked_sub(1).and_then(|at| taken.get(at)));
            nearest.into_iter().all(|other| are_apart(other.span, edit.span))
        };
        if !fix.edits.iter().all(fits) {
            return false;
        }
        for edit in &fix.edits {
            let edits = self.edits.get_or_insert_with(&edit.path, Vec::new);
            let at = edits.partition_point(|other| other.span < edit.span);
            edits.insert(at, edit.clone());
        }
        true
    }

    /// The files that change, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.edits.iter().map(|(path, _)| path)
    }

    /// How many fixes were chosen.
    #[must_use]
    pub fn fixes(&self) -> usize {
        self.chosen.len()
    }

    /// Which of the diagnostics are fixed: their indexes, in order.
    #[must_use]
    pub fn chosen(&self) -> &[usize] {
        &self.chosen
    }

    /// The new content of a file; a file that is not there is the empty text.
    #[must_use]
    pub fn apply(&self, path: &str, old: &[u8]) -> Vec<u8> {
        let mut new = Vec::with_capacity(old.len());
        let mut at = 0;
        for edit in self.edits.get(path).into_iter().flatten() {
            // A text that became shorter since it was checked loses nothing more.
            let start = edit.span.start.min(old.len());
            new.extend_from_slice(old.get(at..start).unwrap_or_default());
            new.extend_from_slice(edit.text.as_bytes());
            at = edit.span.end.min(old.len());
        }
        new.extend_from_slice(old.get(at..).unwrap_or_default());
        new
    }
}

/// Whether two edits can be made together: they share no byte, and neither inserts where the other begins or ends.
fn are_apart(one: Span, other: Span) -> bool {
    let is_before = |first: Span, second: Span| {
        let inserts = first.start == first.end || second.start == second.end;
        if inserts { first.end < second.start } else { first.end <= second.start }
    };
    is_before(one, other) || is_before(other, one)
}
