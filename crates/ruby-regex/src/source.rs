//! Ruby's first pass: escapes that spell characters are replaced before Onigmo sees the pattern.
//!
//! After `unescape_nonascii` in <https://github.com/ruby/ruby/blob/ruby_3_1/re.c>.

use crate::cursor::slice_or_empty;
use crate::error::{Fault, RegexError, RegexErrorKind};
use std::ops::Range;

/// A pattern as the grammar sees it.
///
/// Characters above 127 stand for themselves here, and an ASCII character
/// that was escaped by its code is always written `\xHH`.
pub(crate) struct Source {
    pub(crate) text: String,
    /// Whether Ruby compiles the pattern as Unicode rather than as plain ASCII.
    pub(crate) unicode: bool,
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
    pub(crate) fn read(pattern: &str) -> Result<Self, RegexError> {
        let text = String::with_capacity(pattern.len());
        let mut source = Self { text, unicode: false, pieces: Vec::new(), end: pattern.len() };
        let mut at = 0;
        while at < pattern.len() {
            let plain = slice_or_empty(pattern, at..).find('\\').unwrap_or(pattern.len() - at);
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
        let Some(letter) = slice_or_empty(pattern, at + 1..).chars().next() else {
            return Err(fault(RegexErrorKind::EscapeAtEnd, at, at + 1));
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
            (bytes[len - 1], at) = read_escaped_byte(pattern, at)?;
            match str::from_utf8(&bytes[..len]) {
                Ok(character) => {
                    self.replace(start, character);
                    return Ok(at);
                }
                Err(error) if error.error_len().is_some() => break,
                Err(_) => {}
            }
        }
        Err(fault(RegexErrorKind::EscapedBytes, start, at))
    }

    /// `\uHHHH` or `\u{H… H…}`.
    fn unicode_escape(&mut self, pattern: &str, start: usize) -> Result<usize, RegexError> {
        let mut at = start + 2;
        if pattern.as_bytes().get(at) != Some(&b'{') {
            let digits = hex_digits(pattern, at).min(4);
            if digits < 4 {
                return Err(fault(RegexErrorKind::UnicodeEscape, start, at + digits));
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
            return Err(fault(RegexErrorKind::UnicodeEscape, start, at));
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
        let character = Some(slice_or_empty(pattern, digits..end))
            .filter(|code| code.len() <= 6)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32)
            .ok_or_else(|| fault(RegexErrorKind::UnicodeRange, digits, end))?;
        self.replace(start, character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn keep(&mut self, pattern: &str, start: usize, end: usize) {
        let kept = slice_or_empty(pattern, start..end);
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
    pub(crate) fn locate(&self, fault: Fault) -> RegexError {
        RegexError::new(fault.kind, self.span(fault.start, fault.end))
    }

    /// The part of the pattern that became this part of the text.
    fn span(&self, start: usize, end: usize) -> Range<usize> {
        let piece_at = |at| self.pieces.partition_point(|piece: &Piece| piece.text <= at);
        let Some(first) = piece_at(start).checked_sub(1) else { return 0..0 };
        let inside = |piece: &Piece, at| piece.pattern + (at - piece.text);
        let from = &self.pieces[first];
        let pattern_start = if from.verbatim { inside(from, start) } else { from.pattern };
        if end <= start {
            return pattern_start..pattern_start;
        }
        let last = piece_at(end - 1).saturating_sub(1);
        let to = &self.pieces[last];
        let pattern_end = if to.verbatim {
            inside(to, end)
        } else {
            self.pieces.get(last + 1).map_or(self.end, |next| next.pattern)
        };
        pattern_start..pattern_end
    }
}

fn fault(kind: RegexErrorKind, start: usize, end: usize) -> RegexError {
    RegexError::new(kind, start..end)
}

/// The value of at most three octal digits at `at`.
fn octal(pattern: &str, at: usize) -> u32 {
    slice_or_empty(pattern, at..)
        .bytes()
        .take(3)
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .fold(0, |value, byte| value * 8 + u32::from(byte - b'0'))
}

fn hex_digits(pattern: &str, at: usize) -> usize {
    slice_or_empty(pattern, at..).bytes().take_while(u8::is_ascii_hexdigit).count()
}

fn skip_space(pattern: &str, at: usize) -> usize {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    at + slice_or_empty(pattern, at..).bytes().take_while(is_space).count()
}

/// The byte spelt by the escape at `start`, and where the escape ends.
fn read_escaped_byte(pattern: &str, start: usize) -> Result<(u8, usize), RegexError> {
    let bytes = pattern.as_bytes();
    let (mut meta, mut control) = (false, false);
    let mut at = start + 1;
    let code = loop {
        let letter = bytes.get(at).copied();
        at += 1;
        match letter {
            None => return Err(fault(RegexErrorKind::EscapeAtEnd, start, bytes.len())),
            Some(b'0'..=b'7') => {
                let (code, end) = digits(bytes, at - 1, 3, 8);
                at = end;
                break u8::try_from(code).map_err(|_| fault(RegexErrorKind::OctalEscape, start, end))?;
            }
            Some(b'x') => {
                let (code, end) = digits(bytes, at, 2, 16);
                if end == at {
                    return Err(fault(RegexErrorKind::HexEscape, start, end));
                }
                at = end;
                break u8::try_from(code).map_err(|_| fault(RegexErrorKind::HexEscape, start, end))?;
            }
            Some(b'M') if !meta && bytes.get(at) == Some(&b'-') => {
                meta = true;
                at += 1;
            }
            Some(b'C') if !control && bytes.get(at) == Some(&b'-') => {
                control = true;
                at += 1;
            }
            Some(b'c') if !control => control = true,
            Some(letter) => {
                let end = pattern.ceil_char_boundary(at);
                break escaped_letter(letter)
                    .ok_or_else(|| fault(RegexErrorKind::ControlEscape, start, end))?;
            }
        }
        // A prefix is followed by a plain ASCII character or another escape.
        match bytes.get(at) {
            Some(b'\\') => at += 1,
            Some(&byte) if byte.is_ascii() => {
                at += 1;
                break byte;
            }
            _ => return Err(fault(RegexErrorKind::ControlEscape, start, at.min(bytes.len()))),
        }
    };
    let code = if control { code & 0x1F } else { code };
    Ok((if meta { code | 0x80 } else { code }, at))
}

/// At most `most` digits at `at`, and where they end.
fn digits(bytes: &[u8], at: usize, most: usize, radix: u32) -> (u32, usize) {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let values = bytes[at..].iter().take(most).map_while(digit);
    let (count, value) = values.fold((0, 0), |(count, value), digit| (count + 1, value * radix + digit));
    (value, at + count)
}

fn escaped_letter(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' => b'\\',
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'f' => 0x0C,
        b'v' => 0x0B,
        b'a' => 0x07,
        b'e' => 0x1B,
        _ => return None,
    })
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
        assert_eq!(source.span(1, 2), 1..2);
        assert_eq!(source.span(2, 6), 2..8);
        assert_eq!(source.span(3, 4), 2..8);
        assert_eq!(source.span(6, 7), 8..9);
        assert_eq!(source.span(1, 8), 1..10);
        let list = Source::read("\\u{41 42}a").unwrap();
        assert_eq!(list.span(8, 9), 9..10);
        assert_eq!(list.span(0, 8), 0..9);
    }
}
