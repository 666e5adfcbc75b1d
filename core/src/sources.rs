//! The texts that diagnostics point into, and lines and columns computed from them.

use std::sync::Arc;

use crate::span::Span;
use crate::text_map::TextMap;

/// Characters are counted from the nearest of marks this many bytes apart.
const MARK_EVERY: usize = 512;

/// A line and column, both from 1; columns count characters (Unicode code points).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The offset in bytes, from 0.
    pub offset: usize,
}

/// A text with an index of its lines.
///
/// Works on any bytes: where they are not UTF-8, every byte that begins no character's tail counts as one.
#[derive(Debug, Clone)]
pub struct Source {
    bytes: Vec<u8>,
    line_starts: Vec<usize>,
    marks: Vec<usize>,
}

impl Source {
    /// Indexes a text.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        let mut marks = Vec::with_capacity(bytes.len() / MARK_EVERY + 1);
        let mut characters = 0;
        for block in bytes.chunks(MARK_EVERY) {
            marks.push(characters);
            characters += count(block);
        }
        Self { bytes, line_starts, marks }
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
        Position { line, column: self.characters(offset) - self.characters(start) + 1, offset }
    }

    /// Start and end of a span.
    #[must_use]
    pub fn positions(&self, span: Span) -> (Position, Position) {
        (self.position(span.start), self.position(span.end.max(span.start)))
    }

    /// The whole lines that a span lies in, without the line feed of the last.
    #[must_use]
    pub fn lines(&self, span: Span) -> Span {
        let before = |offset: usize| self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(before(span.start).saturating_sub(1)).copied().unwrap_or_default();
        let next = self.line_starts.get(before(span.end.max(span.start)));
        Span::new(start, next.map_or(self.bytes.len(), |next| next - 1))
    }

    /// How many characters begin before an offset.
    fn characters(&self, offset: usize) -> usize {
        let mark = (offset / MARK_EVERY).min(self.marks.len().saturating_sub(1));
        let known = self.marks.get(mark).copied().unwrap_or_default();
        known + count(self.bytes.get(mark * MARK_EVERY..offset).unwrap_or_default())
    }
}

/// Characters that begin in `bytes`.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
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
    fn a_span_lies_in_whole_lines() {
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
}
