//! What could be read of a text that is not JSON.

use super::{Document, JsonError};
use crate::span::Span;

/// The faults of a text that is not JSON, and the tree beside them.
#[derive(Debug, Clone, Default)]
pub struct Recovered<'a> {
    /// What could be read; `None` where that is not an object.
    pub document: Option<Document<'a>>,
    /// The faults, in the order in which they were met; never empty where [`Document::parse`] refuses the text.
    pub errors: Vec<JsonError>,
    /// Whether something of the text may not be in the tree, so that nothing can be called missing.
    pub is_partial: bool,
    /// Whether both sides of a conflict are in the tree, so that nothing can be called a duplicate.
    pub has_conflict: bool,
    pub(super) guesses: Vec<Span>,
}

impl Recovered<'_> {
    /// A text of which nothing can be read, as this fault says.
    pub(crate) fn nothing(error: JsonError) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }

    /// Whether what the tree has at a place is what the text says.
    #[must_use]
    pub fn is_certain(&self, place: Span) -> bool {
        self.guesses.iter().all(|guess| guess.end < place.start || place.end < guess.start)
    }
}
