//! Places in a text: byte ranges inside, lines and columns at the edge.

use std::slice::SliceIndex;

/// A part of a text; empty where it has no such part. Unlike an index in brackets it never panics.
pub(crate) fn part(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Where a short text first stands. The search that `str::find` does for long ones would be a fiftieth of the
/// browser's module.
pub(crate) fn find(text: &str, what: &str) -> Option<usize> {
    text.as_bytes().windows(what.len()).position(|window| window == what.as_bytes())
}

/// A half-open byte range `start..end` into a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset in bytes of the first byte.
    pub start: usize,
    /// Offset in bytes just past the last byte; never before `start`.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The empty range at `at`.
    #[must_use]
    pub const fn at(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// The same range, `by` bytes further on.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}
