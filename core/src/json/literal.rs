//! String and number literals: finding their end, and decoding escapes.

use std::borrow::Cow;

use super::error::{FoundToken, JsonErrorKind, NumberFault, escape_of};
use super::state::{Outcome, Parser, Stop};
use crate::span::Span;

impl<'a> Parser<'a> {
    /// Steps over a string; the parser is at its opening quote.
    #[inline]
    pub(super) fn string(&mut self) -> Outcome<Cow<'a, str>> {
        let quote = self.at;
        self.at = string_end(self.bytes, quote + 1, b'"');
        if self.peek() == Some(b'"') {
            let text = self.text.get(quote + 1..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(quote, b'"').map(Cow::Owned)
    }

    /// The rest of a string that `close` ends and whose first escape or fault is where the parser is.
    #[cold]
    pub(super) fn escaped(&mut self, quote: usize, close: u8) -> Outcome<String> {
        self.has_escapes = true;
        let mut decoded = String::new();
        let mut plain = quote + 1;
        loop {
            decoded.push_str(self.text.get(plain..self.at).unwrap_or_default());
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(decoded);
                }
                Some(b'\\') => self.escape(close, &mut decoded, quote)?,
                Some(b'\n' | b'\r') | None => {
                    self.unclosed(quote)?;
                    return Ok(decoded);
                }
                Some(byte) => {
                    let found = char::from(byte);
                    self.fault(JsonErrorKind::ControlCharacter { found }, self.at, self.at + 1)?;
                    self.offer(Span::new(self.at, self.at + 1), escape_of(found));
                    // One character, one fault: rules judge it when it is written as an escape.
                    self.guess(Span::new(self.at, self.at + 1));
                    decoded.push(found);
                    self.at += 1;
                }
            }
            plain = self.at;
            self.at = string_end(self.bytes, plain, close);
        }
    }

    /// Steps over an escape; the parser is at its backslash.
    fn escape(&mut self, close: u8, decoded: &mut String, quote: usize) -> Outcome<()> {
        let c = match self.bytes.get(self.at + 1) {
            // The text ends; that is noted next.
            None => {
                self.at += 1;
                return Ok(());
            }
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                if let Some(c) = self.unicode_escape(quote)? {
                    decoded.push(c);
                }
                return Ok(());
            }
            Some(byte) if *byte == close => char::from(*byte),
            Some(_) => {
                let (found, end) = first_char(self.text, self.at + 1);
                self.fault(JsonErrorKind::BadEscape { found }, self.at, end)?;
                // Most often the backslash itself is meant.
                decoded.push('\\');
                self.at += 1;
                self.guess(Span::new(quote, self.at));
                return Ok(());
            }
        };
        decoded.push(c);
        self.at += 2;
        Ok(())
    }

    /// Steps over `\uXXXX`, or over two that are a surrogate pair.
    fn unicode_escape(&mut self, quote: usize) -> Outcome<Option<char>> {
        let start = self.at;
        let Some(first) = self.code_unit(quote)? else { return Ok(None) };
        let mut units = [first, 0];
        let mut length = 1;
        let high = (0xD800..0xDC00).contains(&first);
        if high && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let Some(second) = self.code_unit(quote)? else { return Ok(None) };
            units[1] = second;
            length = 2;
        }
        match char::decode_utf16(units.into_iter().take(length)).next() {
            Some(Ok(decoded)) => Ok(Some(decoded)),
            _ => {
                self.fault(JsonErrorKind::LoneSurrogate { unit: first }, start, start + 6)?;
                self.at = start + 6;
                self.guess(Span::new(quote, self.at));
                Ok(Some(char::REPLACEMENT_CHARACTER))
            }
        }
    }

    /// Steps over the six bytes of `\uXXXX`; `None` where they are wrong, which is noted, or where the text ends.
    fn code_unit(&mut self, quote: usize) -> Outcome<Option<u16>> {
        let mut unit = 0;
        for digit in self.at + 2..self.at + 6 {
            let Some(byte) = self.bytes.get(digit) else {
                self.at = self.bytes.len();
                return Ok(None);
            };
            let Some(value) = char::from(*byte).to_digit(16) else {
                let (found, _) = first_char(self.text, digit);
                self.fault(JsonErrorKind::BadUnicodeEscape { found }, self.at, digit)?;
                self.at = digit;
                self.guess(Span::new(quote, self.at));
                return Ok(None);
            };
            unit = unit << 4 | value;
        }
        self.at += 6;
        Ok(Some(u16::try_from(unit).unwrap_or_default()))
    }

    /// Notes a string that does not end. The span ends with the line, or with the text.
    #[cold]
    fn unclosed(&mut self, quote: usize) -> Outcome<()> {
        let rest = self.text.get(quote..).unwrap_or_default();
        let end = quote + rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.fault(JsonErrorKind::UnclosedString, quote, end)?;
        self.at = end;
        self.guess(Span::new(quote, end));
        self.give_up();
        Ok(())
    }

    /// Steps over a number; the parser is at its `-` or first digit.
    pub(super) fn number(&mut self) -> Outcome<&'a str> {
        let start = self.at;
        match self.spelling() {
            Ok(()) => Ok(self.text.get(start..self.at).unwrap_or_default()),
            Err(stop) => self.odd_number(stop, start),
        }
    }

    #[inline]
    fn spelling(&mut self) -> Outcome<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        self.digits(NumberFault::NoDigit)?;
        if self.bytes.get(first) == Some(&b'0') && self.at > first + 1 {
            self.at = first;
            return self.bad_number(NumberFault::LeadingZero);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits(NumberFault::NoFraction)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(NumberFault::NoExponent)?;
        }
        Ok(())
    }

    /// Steps over one or more digits.
    #[inline]
    fn digits(&mut self, fault: NumberFault) -> Outcome<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.bad_number(fault) } else { Ok(()) }
    }

    /// Steps over what is left of a number that is wrong.
    #[cold]
    fn odd_number(&mut self, stop: Stop, start: usize) -> Outcome<&'a str> {
        self.go_on(stop)?;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            self.at += 1;
        }
        self.guess(Span::new(start, self.at));
        Ok("0")
    }
}

fn first_char(text: &str, at: usize) -> (FoundToken, usize) {
    let first = text.get(at..).and_then(|rest| rest.chars().next());
    first.map_or((FoundToken::End, at), |c| (FoundToken::Char(c), at + c.len_utf8()))
}

/// The offset of the first `close`, `\` or byte below 0x20 from `at` on, or of the end.
#[inline]
pub(super) fn string_end(bytes: &[u8], at: usize, close: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| **byte != close && !matches!(**byte, b'\\' | ..0x20)).count()
}
