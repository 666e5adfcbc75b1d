//! The texts that diagnostics point into, and lines and columns computed from them.

use std::sync::Arc;

use crate::span::Span;
use crate::text_map::TextMap;

/// Units are counted from the nearest of marks at most this many bytes apart.
const MARK_EVERY: usize = 512;

/// The unit that columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnUnit {
    /// Unicode code points. Of bytes that are not UTF-8, each that does not continue a character counts.
    #[default]
    Characters,
    /// UTF-16 code units, as in JavaScript. Bytes that are not UTF-8 count as the replacement characters of
    /// <https://encoding.spec.whatwg.org/#utf-8-decoder>.
    Utf16,
}

impl ColumnUnit {
    /// The units of valid UTF-8, or of the beginning of a character.
    fn count(self, bytes: &[u8]) -> usize {
        let starts = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        match self {
            Self::Characters => starts,
            // A character of four bytes is a surrogate pair.
            Self::Utf16 => starts + bytes.iter().filter(|byte| **byte >= 0xF0).count(),
        }
    }

    fn count_invalid(self, bytes: &[u8]) -> usize {
        match self {
            Self::Characters => self.count(bytes),
            Self::Utf16 => 1,
        }
    }
}

/// A line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The offset in bytes, from 0.
    pub offset: usize,
}

/// A text of any bytes, with an index of its lines and columns.
#[derive(Debug, Clone)]
pub struct Source {
    bytes: Vec<u8>,
    line_starts: Vec<usize>,
    unit: ColumnUnit,
    /// Offsets of whole characters: in bytes, in units. None for ASCII, where both are equal.
    marks: Vec<(usize, usize)>,
}

impl Source {
    /// Indexes a text whose columns count characters.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self::with_unit(bytes, ColumnUnit::Characters)
    }

    /// Indexes a text.
    #[must_use]
    pub fn with_unit(bytes: Vec<u8>, unit: ColumnUnit) -> Self {
        let newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        let marks = marks(&bytes, unit);
        Self { bytes, line_starts, unit, marks }
    }

    /// The text's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Line and column of an offset; one past the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        Position { line, column: self.units(offset) - self.units(start) + 1, offset }
    }

    /// Start and end of a span.
    #[must_use]
    pub fn positions(&self, span: Span) -> (Position, Position) {
        (self.position(span.start), self.position(span.end.max(span.start)))
    }

    /// The whole lines that a span touches, without the line feed of the last.
    #[must_use]
    pub fn lines(&self, span: Span) -> Span {
        let before = |offset: usize| self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(before(span.start).saturating_sub(1)).copied().unwrap_or_default();
        let next = self.line_starts.get(before(span.end.max(span.start)));
        Span::new(start, next.map_or(self.bytes.len(), |next| next - 1))
    }

    /// The units before an offset; one past the end is the end.
    #[must_use]
    pub fn units(&self, offset: usize) -> usize {
        let offset = offset.min(self.bytes.len());
        let after = self.marks.partition_point(|(at, _)| *at <= offset);
        let Some((at, units)) = after.checked_sub(1).and_then(|mark| self.marks.get(mark)) else {
            return offset;
        };
        let Some((_, next)) = self.marks.get(after) else { return *units };
        let counted = units + self.unit.count(self.bytes.get(*at..offset).unwrap_or_default());
        // Inside bytes that count as one unit.
        counted.min(*next)
    }
}

fn marks(bytes: &[u8], unit: ColumnUnit) -> Vec<(usize, usize)> {
    let mut marks = Vec::new();
    if bytes.is_ascii() {
        return marks;
    }
    let (mut at, mut units) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        let mut valid = chunk.valid();
        while !valid.is_empty() {
            marks.push((at, units));
            let end = valid.floor_char_boundary(MARK_EVERY);
            let (block, rest) = valid.split_at_checked(end).unwrap_or((valid, ""));
            at += block.len();
            units += unit.count(block.as_bytes());
            valid = rest;
        }
        if !chunk.invalid().is_empty() {
            marks.push((at, units));
            at += chunk.invalid().len();
            units += unit.count_invalid(chunk.invalid());
        }
    }
    marks.push((at, units));
    marks
}

/// Texts by path.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: TextMap<Source>,
}

impl Sources {
    /// No texts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, or replaces the one at that path.
    pub fn insert(&mut self, path: impl Into<Arc<str>>, bytes: Vec<u8>) {
        self.texts.insert(path, Source::new(bytes));
    }

    /// Adds the texts of another set.
    pub fn extend(&mut self, other: Self) {
        self.texts.append(other.texts);
    }

    /// The text at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Source> {
        self.texts.get(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("aé\nüx\n".as_bytes().to_vec());
        let at = |offset| (source.position(offset).line, source.position(offset).column);
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(6), (2, 2));
        assert_eq!(at(8), (3, 1));
        assert_eq!(at(99), (3, 1));
        assert_eq!(
            (Source::new(Vec::new()).position(0).line, Source::new(Vec::new()).position(5).column),
            (1, 1)
        );
    }

    #[test]
    fn a_span_is_in_whole_lines() {
        let source = Source::new(b"ab\n\ncd\ne".to_vec());
        let lines = |start, end| source.lines(Span::new(start, end));
        assert_eq!(lines(0, 1), Span::new(0, 2));
        assert_eq!(lines(2, 2), Span::new(0, 2), "the line feed belongs to its line");
        assert_eq!(lines(1, 3), Span::new(0, 3));
        assert_eq!(lines(3, 3), Span::new(3, 3));
        assert_eq!(lines(5, 8), Span::new(4, 8));
        assert_eq!(lines(8, 99), Span::new(7, 8));
        assert_eq!(Source::new(Vec::new()).lines(Span::new(0, 9)), Span::new(0, 0));
    }

    #[test]
    fn long_lines_are_counted_from_the_nearest_mark() {
        let text = "é".repeat(5_000);
        let source = Source::new(text.clone().into_bytes());
        for offset in [0, 510, 512, 514, 1024, 9_998, 10_000] {
            assert_eq!(source.position(offset).column, text[..offset].chars().count() + 1);
        }
    }

    #[test]
    fn utf16_counts_code_units_of_the_decoded_text() {
        let text = "aé€😀z".repeat(400);
        let source = Source::with_unit(text.clone().into_bytes(), ColumnUnit::Utf16);
        for (at, _) in text.char_indices() {
            assert_eq!(source.units(at), text[..at].encode_utf16().count());
        }
        assert_eq!(source.units(usize::MAX), text.encode_utf16().count());
        let ascii = Source::with_unit(b"abc".to_vec(), ColumnUnit::Utf16);
        assert_eq!((ascii.units(2), ascii.units(9)), (2, 3));
    }

    #[test]
    fn bytes_that_are_not_utf8_count_as_replacement_characters_in_utf16() {
        let bytes = b"a\xFF\xE2\x82z\xF0\x9F\x98".repeat(300);
        let source = Source::with_unit(bytes.clone(), ColumnUnit::Utf16);
        assert_eq!(source.units(bytes.len()), String::from_utf8_lossy(&bytes).encode_utf16().count());
        assert_eq!([1, 2, 4, 5, 8].map(|at| source.units(at)), [1, 2, 3, 4, 5]);
        let source = Source::new(bytes);
        assert_eq!([1, 2, 4, 5, 8].map(|at| source.units(at)), [1, 2, 3, 4, 5]);
        assert_eq!(Source::new(b"a\x80\xFFb".to_vec()).position(3).column, 3);
    }
}
