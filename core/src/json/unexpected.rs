//! Names the fault where the grammar fits nothing: off the fast path.

use super::error::{Expected, FoundToken, JsonError, JsonErrorKind, NumberFault, marker};
use super::state::{Outcome, Parser, Stop};
use crate::span::{Span, find};

impl Parser<'_> {
    /// The error for the token here, where something else was expected from `from` on.
    #[cold]
    pub(super) fn unexpected(&self, expected: Expected, from: usize) -> JsonError {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest {
            [] => self.at_end(expected),
            [b'/', b'/', ..] => self.comment("//", "\n"),
            [b'/', b'*', ..] => self.comment("/*", "*/"),
            [b'#', ..] => self.comment("#", "\n"),
            [close @ (b']' | b'}'), ..] if self.closes_after_comma(*close, expected) => {
                let comma = self.last_before(from);
                let kind = JsonErrorKind::TrailingComma { close: char::from(*close) };
                JsonError::new(kind, comma, comma + 1).fixed(comma, comma + 1, "")
            }
            [b'+', ..] if wants_value(expected) => self.odd_digit(NumberFault::Plus),
            [b'.', b'0'..=b'9', ..] if wants_value(expected) => self.odd_digit(NumberFault::LeadingPoint),
            _ => self.unexpected_token(expected),
        }
    }

    fn unexpected_token(&self, expected: Expected) -> JsonError {
        // The first fault of a text is called what the strict parser has always called it.
        if let Some(marker) = marker(self.text, self.at).filter(|_| !self.errors.is_empty()) {
            return JsonError::new(JsonErrorKind::ConflictMarker { marker }, self.at, self.at + marker.len());
        }
        let (found, end) = FoundToken::at(self.text, self.at);
        let is_comma = found == FoundToken::Char(',') && self.is_between_items(expected);
        let error = JsonError::new(JsonErrorKind::Unexpected { expected, found }, self.at, end);
        if is_comma { error.fixed(self.at, end, "") } else { error }
    }

    fn odd_digit(&self, number: NumberFault) -> JsonError {
        let (found, end) = FoundToken::at(self.text, self.at);
        JsonError::new(JsonErrorKind::BadNumber { fault: number, found }, self.at, end)
    }

    /// Notes a number that goes wrong at the parser's place, where no digit is.
    #[cold]
    pub(super) fn bad_number(&mut self, number: NumberFault) -> Outcome<()> {
        let error = self.odd_digit(number);
        self.note(error)?;
        Err(Stop)
    }

    fn at_end(&self, expected: Expected) -> JsonError {
        let end = self.bytes.len();
        let Some(at) = self.open else {
            return if expected == Expected::Value {
                JsonError::new(JsonErrorKind::Empty { blank: end > 0 }, 0, end)
            } else {
                JsonError::new(JsonErrorKind::Unexpected { expected, found: FoundToken::End }, end, end)
            };
        };
        let (open, close) = if self.is_in_array() { ('[', ']') } else { ('{', '}') };
        JsonError::new(JsonErrorKind::Unclosed { open, close, end }, at, at + 1)
    }

    fn comment(&self, opener: &'static str, closer: &str) -> JsonError {
        let body = self.text.get(self.at + opener.len()..).unwrap_or_default();
        let (length, ends) = match find(body, closer) {
            Some(length) if closer == "\n" => {
                (body.get(..length).unwrap_or_default().trim_end_matches('\r').len(), true)
            }
            Some(length) => (length + closer.len(), true),
            None => (body.len(), closer == "\n"),
        };
        let end = self.at + opener.len() + length;
        let error = JsonError::new(JsonErrorKind::Comment { opener }, self.at, end);
        // A comment that never ends may have swallowed what is meant.
        if ends { self.without_comment(error) } else { error }
    }

    /// Adds the fix that removes it: with its line where it is alone on it, with the blanks before it at the end of a
    /// line. Tokens that it separates stay separate.
    fn without_comment(&self, error: JsonError) -> JsonError {
        let Span { start, end } = error.span;
        let after = self.bytes.get(end..).unwrap_or_default();
        let line_end =
            after.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).unwrap_or(after.len());
        let ends_line = matches!(after.get(line_end), Some(b'\n') | None);
        let before = self.bytes.get(..start).unwrap_or_default();
        if ends_line {
            let blank = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let begins_line = matches!(before.iter().rev().nth(blank), Some(b'\n') | None);
            let end = if begins_line { (end + line_end + 1).min(self.bytes.len()) } else { end };
            return error.fixed(start - blank, end, "");
        }
        let apart = before.last().is_none_or(u8::is_ascii_whitespace)
            || after.first().is_none_or(u8::is_ascii_whitespace);
        error.fixed(start, end, if apart { "" } else { " " })
    }

    /// Whether an entry or a key, rather than the value after a colon, has to come here.
    fn is_between_items(&self, expected: Expected) -> bool {
        match expected {
            Expected::ValueOrClose | Expected::Key | Expected::KeyOrClose => true,
            Expected::Value => self.is_in_array(),
            _ => false,
        }
    }

    fn closes_after_comma(&self, close: u8, expected: Expected) -> bool {
        match expected {
            Expected::Value => close == b']' && self.is_in_array(),
            Expected::Key => close == b'}',
            _ => false,
        }
    }
}

fn wants_value(expected: Expected) -> bool {
    matches!(expected, Expected::Value | Expected::ValueOrClose)
}
