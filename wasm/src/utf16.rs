//! Positions as JavaScript counts them: UTF-16 code units of the text that the bytes decode to.

use start_points::diagnostic::{Edit, Location};
use start_points::sources::{ColumnUnit, Source, Sources};
use start_points::text_map::TextMap;
use start_points::{Report, Span};

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
    indexes: TextMap<Source>,
    numbers: Vec<usize>,
}

impl Positions<'_, '_> {
    /// Nothing for a place without a span in the report's JSON: a whole file, or a text that is not at hand.
    fn place(&mut self, place: &Location) {
        let (Some(span), Some(source)) = (place.span, self.sources.get(&place.path)) else { return };
        let index = self.indexes.get_or_insert_with(&place.path, || utf16(source.bytes()));
        let (start, end) = index.positions(span);
        self.numbers.extend([index.units(start.offset), index.units(end.offset), start.column, end.column]);
    }

    fn edit(&mut self, edit: &Edit) {
        let Span { start, end } = edit.span;
        let bytes = (self.text)(&edit.path).unwrap_or_default();
        let index = self.indexes.get_or_insert_with(&edit.path, || utf16(bytes));
        self.numbers.extend([start, end].map(|offset| index.units(offset)));
    }
}

/// A text whose columns count UTF-16 code units.
pub(crate) fn utf16(bytes: &[u8]) -> Source {
    Source::with_unit(bytes.to_vec(), ColumnUnit::Utf16)
}
