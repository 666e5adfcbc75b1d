//! String literals: finding their end, and decoding their escapes.

use std::borrow::Cow;

use super::error::{JsonError, JsonErrorKind};
use super::found::Found;
use super::parser::{Outcome, Parser, fault};

impl<'a> Parser<'a> {
    /// Steps over a string; the parser stands on its opening quote.
    #[inline]
    pub(super) fn string(&mut self) -> Outcome<Cow<'a, str>> {
        let quote = self.at;
        self.at = plain_end(self.bytes, quote + 1);
        if self.peek() == Some(b'"') {
            let text = self.text.get(quote + 1..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(quote).map(Cow::Owned)
    }

    /// The rest of a string whose first escape, or fault, stands at the parser's place.
    #[cold]
    fn escaped(&mut self, quote: usize) -> Outcome<String> {
        self.has_escapes = true;
        let mut decoded = String::new();
        let mut plain = quote + 1;
        loop {
            decoded.push_str(self.text.get(plain..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(decoded);
                }
                Some(b'\\') => decoded.push(self.escape(quote)?),
                Some(b'\n' | b'\r') | None => return Err(self.unclosed(quote)),
                Some(byte) => {
                    let kind = JsonErrorKind::ControlCharacter { found: char::from(byte) };
                    return Err(fault(kind, self.at, self.at + 1));
                }
            }
            plain = self.at;
            self.at = plain_end(self.bytes, plain);
        }
    }

    /// Steps over an escape; the parser stands on its backslash.
    fn escape(&mut self, quote: usize) -> Outcome<char> {
        let Some(escaped) = self.bytes.get(self.at + 1) else { return Err(self.unclosed(quote)) };
        let decoded = match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(quote),
            _ => {
                let (found, _) = first_char(self.text, self.at + 1);
                let end = self.at + 1 + char_length(&found);
                return Err(fault(JsonErrorKind::BadEscape { found }, self.at, end));
            }
        };
        self.at += 2;
        Ok(decoded)
    }

    /// Steps over `\uXXXX`, or over two that are a surrogate pair.
    fn unicode_escape(&mut self, quote: usize) -> Outcome<char> {
        let start = self.at;
        let first = self.code_unit(quote)?;
        let mut units = [first, 0];
        let mut length = 1;
        let high = (0xD800..0xDC00).contains(&first);
        if high && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            units[1] = self.code_unit(quote)?;
            length = 2;
        }
        match char::decode_utf16(units.into_iter().take(length)).next() {
            Some(Ok(decoded)) => Ok(decoded),
            _ => Err(fault(JsonErrorKind::LoneSurrogate { unit: first }, start, start + 6)),
        }
    }

    /// Steps over the six bytes of `\uXXXX`.
    fn code_unit(&mut self, quote: usize) -> Outcome<u16> {
        let mut unit = 0;
        for digit in self.at + 2..self.at + 6 {
            let Some(byte) = self.bytes.get(digit) else { return Err(self.unclosed(quote)) };
            let Some(value) = char::from(*byte).to_digit(16) else {
                let (found, _) = first_char(self.text, digit);
                return Err(fault(JsonErrorKind::BadUnicodeEscape { found }, self.at, digit));
            };
            unit = unit << 4 | value;
        }
        self.at += 6;
        Ok(u16::try_from(unit).unwrap_or_default())
    }

    /// The span ends with the line, or with the text.
    #[cold]
    fn unclosed(&self, quote: usize) -> Box<JsonError> {
        let rest = self.text.get(quote..).unwrap_or_default();
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        fault(JsonErrorKind::UnclosedString, quote, quote + length)
    }
}

fn first_char(text: &str, at: usize) -> (Found, usize) {
    let first = text.get(at..).and_then(|rest| rest.chars().next());
    first.map_or((Found::End, at), |c| (Found::Char(c), at + c.len_utf8()))
}

fn char_length(found: &Found) -> usize {
    match found {
        Found::Char(c) => c.len_utf8(),
        _ => 0,
    }
}

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = EACH << 7;

/// The offset of the first `"`, `\` or byte below 0x20 from `at` on, or of the end.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let special = special_bytes(u64::from_le_bytes(*chunk));
        if special != 0 {
            return at + (special.trailing_zeros() >> 3) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)) {
        at += 1;
    }
    at
}

/// Eight bytes at once: the lowest bit set marks the first byte that is not plain. Bits above it may
/// be set wrongly, by the borrow of the subtraction.
#[inline]
fn special_bytes(word: u64) -> u64 {
    let zero_in = |word: u64| word.wrapping_sub(EACH) & !word;
    let control = word.wrapping_sub(EACH * 0x20) & !word;
    (control | zero_in(word ^ (EACH * 0x22)) | zero_in(word ^ (EACH * 0x5C))) & HIGH
}
