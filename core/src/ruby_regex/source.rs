//! Ruby's first pass: escapes that spell characters are replaced before the grammar is looked at.

use super::error::{Fault, RegexError, RegexErrorKind};
use super::escaped_byte;
use crate::part;
use crate::span::Span;

/// A pattern as the grammar sees it.
///
/// Characters above 127 stand for themselves here, and an ASCII character
/// that was escaped by its code is always written `\xHH`.
pub(super) struct Source {
    pub(super) text: String,
    /// Whether Ruby compiles the pattern as Unicode rather than as plain ASCII.
    pub(super) unicode: bool,
    /// Where the text and the pattern part ways, in rising order.
    pieces: Vec<Piece>,
    /// The length of the pattern.
    end: usize,
}

/// A stretch of the text, up to where the next one starts.
struct Piece {
    text: usize,
    pattern: usize,
    /// Replaced stretches have no inner places.
    verbatim: bool,
}

impl Source {
    /// Replaces the escapes of `pattern`.
    pub(super) fn read(pattern: &str) -> Result<Self, RegexError> {
        let text = String::with_capacity(pattern.len());
        let mut source = Self { text, unicode: false, pieces: Vec::new(), end: pattern.len() };
        let mut at = 0;
        while at < pattern.len() {
            let plain = part(pattern, at..).find('\\').unwrap_or(pattern.len() - at);
            if plain > 0 {
                source.keep(pattern, at, at + plain);
                at += plain;
            } else {
                at = source.escape(pattern, at)?;
            }
        }
        Ok(source)
    }

    /// Takes the escape at `at`, and says where it ends.
    fn escape(&mut self, pattern: &str, at: usize) -> Result<usize, RegexError> {
        let Some(letter) = part(pattern, at + 1..).chars().next() else {
            return Err(refuse(RegexErrorKind::EscapeAtEnd, at, at + 1));
        };
        match letter {
            '0' | 'x' | 'c' | 'C' | 'M' => self.escaped_character(pattern, at),
            '1'..='7' if octal(pattern, at + 1) > 0o177 => self.escaped_character(pattern, at),
            'u' => self.unicode_escape(pattern, at),
            _ => {
                // A property makes a Unicode pattern of an ASCII one.
                self.unicode |= matches!(letter, 'p' | 'P');
                let end = at + 1 + letter.len_utf8();
                self.keep(pattern, at, end);
                Ok(end)
            }
        }
    }

    /// One character whose UTF-8 bytes are escaped one by one.
    fn escaped_character(&mut self, pattern: &str, start: usize) -> Result<usize, RegexError> {
        let mut bytes = [0; 4];
        let mut at = start;
        for len in 1..=bytes.len() {
            if len > 1 && pattern.as_bytes().get(at) != Some(&b'\\') {
                break;
            }
            (bytes[len - 1], at) = escaped_byte::read(pattern, at)?;
            match str::from_utf8(&bytes[..len]) {
                Ok(character) => {
                    self.replace(start, character);
                    return Ok(at);
                }
                Err(error) if error.error_len().is_some() => break,
                Err(_) => {}
            }
        }
        Err(refuse(RegexErrorKind::EscapedBytes, start, at))
    }

    /// `\uHHHH` or `\u{H… H…}`.
    fn unicode_escape(&mut self, pattern: &str, start: usize) -> Result<usize, RegexError> {
        let mut at = start + 2;
        if pattern.as_bytes().get(at) != Some(&b'{') {
            let digits = hex_digits(pattern, at).min(4);
            if digits < 4 {
                return Err(refuse(RegexErrorKind::UnicodeEscape, start, at + digits));
            }
            self.code_point(pattern, start, at, at + 4)?;
            return Ok(at + 4);
        }
        at = skip_space(pattern, at + 1);
        let mut piece = start;
        loop {
            let digits = hex_digits(pattern, at);
            if digits == 0 {
                break;
            }
            self.code_point(pattern, piece, at, at + digits)?;
            at = skip_space(pattern, at + digits);
            piece = at;
        }
        if piece == start || pattern.as_bytes().get(at) != Some(&b'}') {
            return Err(refuse(RegexErrorKind::UnicodeEscape, start, at));
        }
        Ok(at + 1)
    }

    /// The character whose hexadecimal code is `digits..end`, shown from `start` on.
    fn code_point(
        &mut self,
        pattern: &str,
        start: usize,
        digits: usize,
        end: usize,
    ) -> Result<(), RegexError> {
        let character = Some(part(pattern, digits..end))
            .filter(|code| code.len() <= 6)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32)
            .ok_or_else(|| refuse(RegexErrorKind::UnicodeRange, digits, end))?;
        self.replace(start, character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn keep(&mut self, pattern: &str, start: usize, end: usize) {
        let kept = part(pattern, start..end);
        self.unicode |= !kept.is_ascii();
        if self.pieces.last().is_none_or(|piece| !piece.verbatim) {
            self.pieces.push(Piece { text: self.text.len(), pattern: start, verbatim: true });
        }
        self.text.push_str(kept);
    }

    fn replace(&mut self, start: usize, character: &str) {
        self.pieces.push(Piece { text: self.text.len(), pattern: start, verbatim: false });
        match character.as_bytes() {
            &[ascii @ ..=0x7F] => {
                self.text.push_str("\\x");
                for digit in [ascii >> 4, ascii & 15] {
                    self.text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
                }
            }
            _ => {
                self.unicode = true;
                self.text.push_str(character);
            }
        }
    }

    /// The fault as a fault of the pattern.
    pub(super) fn locate(&self, fault: Fault) -> RegexError {
        RegexError::new(fault.kind, self.span(fault.start, fault.end))
    }

    /// The part of the pattern that became this part of the text.
    fn span(&self, start: usize, end: usize) -> Span {
        let piece_at = |at| self.pieces.partition_point(|piece: &Piece| piece.text <= at);
        let Some(first) = piece_at(start).checked_sub(1) else { return Span::new(0, 0) };
        let inside = |piece: &Piece, at| piece.pattern + (at - piece.text);
        let from = &self.pieces[first];
        let pattern_start = if from.verbatim { inside(from, start) } else { from.pattern };
        if end <= start {
            return Span::at(pattern_start);
        }
        let last = piece_at(end - 1).saturating_sub(1);
        let to = &self.pieces[last];
        let pattern_end = if to.verbatim {
            inside(to, end)
        } else {
            self.pieces.get(last + 1).map_or(self.end, |next| next.pattern)
        };
        Span::new(pattern_start, pattern_end)
    }
}

pub(super) fn refuse(kind: RegexErrorKind, start: usize, end: usize) -> RegexError {
    RegexError::new(kind, Span::new(start, end))
}

/// The value of at most three octal digits at `at`.
fn octal(pattern: &str, at: usize) -> u32 {
    part(pattern, at..)
        .bytes()
        .take(3)
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .fold(0, |value, byte| value * 8 + u32::from(byte - b'0'))
}

fn hex_digits(pattern: &str, at: usize) -> usize {
    part(pattern, at..).bytes().take_while(u8::is_ascii_hexdigit).count()
}

fn skip_space(pattern: &str, at: usize) -> usize {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    at + part(pattern, at..).bytes().take_while(is_space).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced_by_what_they_spell() {
        let source = Source::read("a\\u00e9\\303\\251\\u{41 ea}\\cA\\x5\\n\\1").unwrap();
        assert_eq!(source.text, "aéé\\x41ê\\x01\\x05\\n\\1");
        assert!(source.unicode);
    }

    #[test]
    fn an_ascii_pattern_stays_ascii() {
        assert!(!Source::read("a\\u0041").unwrap().unicode);
        assert!(Source::read("\\p{Alpha}").unwrap().unicode);
    }

    #[test]
    fn places_lead_back_to_the_pattern() {
        let source = Source::read("ab\\u0041(c").unwrap();
        assert_eq!(source.text, "ab\\x41(c");
        assert_eq!(source.span(1, 2), Span::new(1, 2));
        assert_eq!(source.span(2, 6), Span::new(2, 8));
        assert_eq!(source.span(3, 4), Span::new(2, 8));
        assert_eq!(source.span(6, 7), Span::new(8, 9));
        assert_eq!(source.span(1, 8), Span::new(1, 10));
        let list = Source::read("\\u{41 42}a").unwrap();
        assert_eq!(list.span(8, 9), Span::new(9, 10));
        assert_eq!(list.span(0, 8), Span::new(0, 9));
    }
}
