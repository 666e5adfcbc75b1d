//! Names the fault where the grammar fits nothing: off the fast path.

use super::error::{Expected, JsonError, JsonErrorKind, NumberFault};
use super::found::Found;
use super::parser::{Parser, fault};
use crate::find;

impl Parser<'_> {
    /// The error for what stands at the parser's place.
    #[cold]
    pub(super) fn unexpected(&self, expected: Expected) -> Box<JsonError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest {
            [] => self.at_end(expected),
            [b'/', b'/', ..] => self.comment("//", "\n"),
            [b'/', b'*', ..] => self.comment("/*", "*/"),
            [b'#', ..] => self.comment("#", "\n"),
            [close @ (b']' | b'}'), ..] if self.closes_after_comma(*close, expected) => {
                let comma = self.last_before();
                let kind = JsonErrorKind::TrailingComma { close: char::from(*close) };
                fault(kind, comma, comma + 1)
            }
            [b'+', ..] if wants_value(expected) => self.bad_number(NumberFault::Plus),
            [b'.', b'0'..=b'9', ..] if wants_value(expected) => self.bad_number(NumberFault::LeadingPoint),
            _ => {
                let (found, end) = Found::at(self.text, self.at);
                fault(JsonErrorKind::Unexpected { expected, found }, self.at, end)
            }
        }
    }

    /// The error for a number that goes wrong at the parser's place.
    #[cold]
    pub(super) fn bad_number(&self, number: NumberFault) -> Box<JsonError> {
        let (found, end) = Found::at(self.text, self.at);
        fault(JsonErrorKind::BadNumber { fault: number, found }, self.at, end)
    }

    fn at_end(&self, expected: Expected) -> Box<JsonError> {
        let end = self.bytes.len();
        let Some(at) = self.open else {
            return if expected == Expected::Value {
                fault(JsonErrorKind::Empty { blank: end > 0 }, 0, end)
            } else {
                fault(JsonErrorKind::Unexpected { expected, found: Found::End }, end, end)
            };
        };
        let (open, close) = if self.bytes.get(at) == Some(&b'[') { ('[', ']') } else { ('{', '}') };
        fault(JsonErrorKind::Unclosed { open, close, end }, at, at + 1)
    }

    fn comment(&self, opener: &'static str, closer: &str) -> Box<JsonError> {
        let body = self.text.get(self.at + opener.len()..).unwrap_or_default();
        let length = match find(body, closer) {
            Some(length) if closer == "\n" => {
                body.get(..length).unwrap_or_default().trim_end_matches('\r').len()
            }
            Some(length) => length + closer.len(),
            None => body.len(),
        };
        fault(JsonErrorKind::Comment { opener }, self.at, self.at + opener.len() + length)
    }

    fn closes_after_comma(&self, close: u8, expected: Expected) -> bool {
        let open = self.open.and_then(|open| self.bytes.get(open));
        let pairs = matches!((open, close), (Some(b'['), b']') | (Some(b'{'), b'}'));
        pairs
            && matches!(expected, Expected::Value | Expected::Key)
            && self.bytes.get(self.last_before()) == Some(&b',')
    }

    /// The offset of the last byte before the parser's place that is not white space.
    fn last_before(&self) -> usize {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        before.trim_ascii_end().len().saturating_sub(1)
    }
}

fn wants_value(expected: Expected) -> bool {
    matches!(expected, Expected::Value | Expected::ValueOrClose)
}
