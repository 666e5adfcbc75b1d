//! Byte ranges of a text, and slices of it that never panic.

use std::slice::SliceIndex;

/// A slice of a text; empty where the range is out of bounds or splits a character. An index in brackets would panic.
pub(crate) fn slice_or_empty(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
}

/// The offset of the first occurrence of a short text. The two-way search of `str::find` would be 2 % of the browser's
/// module.
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
