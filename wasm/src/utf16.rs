//! Positions as JavaScript counts them: UTF-16 code units of the text that the bytes decode to.
//!
//! Bytes that are not UTF-8 decode to replacement characters, as `TextDecoder` makes them.

use start_points::text_map::TextMap;

use start_points::diagnostic::{Edit, Place};
use start_points::sources::Sources;
use start_points::{Report, Span};

/// Code units are counted from the nearest of marks at most this many bytes apart.
const MARK_EVERY: usize = 512;

/// How far apart the bytes and the code units of a text are.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Offsets of whole characters: in bytes, in code units. None for ASCII, where both are equal.
    marks: Vec<(usize, usize)>,
}

impl Index {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut marks = Vec::new();
        if bytes.is_ascii() {
            return Self { marks };
        }
        let (mut at, mut units) = (0, 0);
        for chunk in bytes.utf8_chunks() {
            let mut valid = chunk.valid();
            while !valid.is_empty() {
                marks.push((at, units));
                let end = valid.floor_char_boundary(MARK_EVERY);
                let (block, rest) = valid.split_at_checked(end).unwrap_or((valid, ""));
                at += block.len();
                units += count(block.as_bytes());
                valid = rest;
            }
            if !chunk.invalid().is_empty() {
                marks.push((at, units));
                at += chunk.invalid().len();
                units += 1;
            }
        }
        marks.push((at, units));
        Self { marks }
    }

    /// The code units before an offset in bytes.
    pub(crate) fn offset(&self, bytes: &[u8], offset: usize) -> usize {
        let offset = offset.min(bytes.len());
        let after = self.marks.partition_point(|(at, _)| *at <= offset);
        let Some((at, units)) = after.checked_sub(1).and_then(|mark| self.marks.get(mark)) else {
            return offset;
        };
        let Some((_, next)) = self.marks.get(after) else { return *units };
        let counted = units + count(bytes.get(*at..offset).unwrap_or_default());
        // Inside bytes that decode to one replacement character.
        counted.min(*next)
    }
}

/// Code units of UTF-8.
fn count(bytes: &[u8]) -> usize {
    let of = |byte: &u8| match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    };
    bytes.iter().map(of).sum()
}

/// The text of a file that edits may change.
pub(crate) type TextOf<'t, 'a> = &'t dyn Fn(&str) -> Option<&'a [u8]>;

/// Numbers for the places of a report, in the order in which its JSON has them: `from, to, start column, end
/// column` for a span, `from, to` for an edit. `npm/src/utf16.js` puts them in.
pub(crate) fn positions<'a>(report: &Report, sources: &'a Sources, text: TextOf<'_, 'a>) -> Vec<usize> {
    let mut positions = Positions { sources, text, indexes: TextMap::new(), numbers: Vec::new() };
    for found in report.diagnostics() {
        positions.place(&found.place);
        for related in &found.related {
            positions.place(&related.place);
        }
        for edit in found.fixes.iter().flat_map(|fix| &fix.edits) {
            positions.edit(edit);
        }
    }
    positions.numbers
}

struct Positions<'t, 'a> {
    sources: &'a Sources,
    text: TextOf<'t, 'a>,
    indexes: TextMap<Index>,
    numbers: Vec<usize>,
}

impl Positions<'_, '_> {
    /// Nothing for a place without a span in the report's JSON: a whole file, or a text that is not at hand.
    fn place(&mut self, place: &Place) {
        let (Some(span), Some(source)) = (place.span, self.sources.get(&place.path)) else { return };
        let bytes = source.bytes();
        let index = self.indexes.get_or_insert_with(&place.path, || Index::new(bytes));
        let end = span.end.max(span.start);
        let [from, to] = [span.start, end].map(|offset| index.offset(bytes, offset));
        let [start_line, end_line] = [span.start, end].map(|offset| {
            let line = source.lines(Span::at(offset.min(bytes.len()))).start;
            index.offset(bytes, line)
        });
        self.numbers.extend([from, to, from - start_line + 1, to - end_line + 1]);
    }

    fn edit(&mut self, edit: &Edit) {
        let Span { start, end } = edit.span;
        let bytes = (self.text)(&edit.path).unwrap_or_default();
        let index = self.indexes.get_or_insert_with(&edit.path, || Index::new(bytes));
        self.numbers.extend([start, end].map(|offset| index.offset(bytes, offset)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_units_of_the_decoded_text() {
        let text = "aé€😀z".repeat(400);
        let index = Index::new(text.as_bytes());
        for (at, _) in text.char_indices() {
            assert_eq!(index.offset(text.as_bytes(), at), text[..at].encode_utf16().count());
        }
        assert_eq!(index.offset(text.as_bytes(), usize::MAX), text.encode_utf16().count());
    }

    #[test]
    fn bytes_that_are_not_utf8_count_as_replacement_characters() {
        let bytes = b"a\xFF\xE2\x82z\xF0\x9F\x98".repeat(300);
        let index = Index::new(&bytes);
        let decoded = String::from_utf8_lossy(&bytes);
        assert_eq!(index.offset(&bytes, bytes.len()), decoded.encode_utf16().count());
        assert_eq!([1, 2, 4, 5, 8].map(|at| index.offset(&bytes, at)), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn ascii_needs_no_index() {
        let index = Index::new(b"abc");
        assert_eq!((index.offset(b"abc", 2), index.offset(b"abc", 9)), (2, 3));
    }
}
