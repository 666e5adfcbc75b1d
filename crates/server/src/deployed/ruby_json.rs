//! JSON as the deployed service reads it: Ruby's `json`, with its words for what it does not read.
//!
//! It takes comments, lone low surrogates and bytes that are not UTF-8, and no more than 100 levels; it counts lines
//! and columns in its own way. Recorded answers hold this against the real one.

use super::exception::Exception;

/// The most levels of arrays and objects.
const MAX_NESTING: usize = 100;

/// The most bytes of the text that a message shows.
const SHOWN: usize = 32;

/// The most of what is left of the text that a message shows.
const GLANCE: usize = 1 << 10;

/// A whole text, as far as anybody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// An object, and what is under `name` in it.
    Object(Option<Named>),
    /// Anything else.
    Other,
}

/// What is under `name`; of several the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A string.
    Text(String),
    /// Anything else.
    Other,
}

/// Reads a whole text.
pub(super) fn parse(bytes: &[u8]) -> Result<Text, Exception> {
    let mut parser = Parser { bytes, at: 0, nesting: 0 };
    let read = parser.any()?;
    parser.space()?;
    if parser.at < bytes.len() {
        return Err(parser.fault_showing("unexpected token at end of stream "));
    }
    Ok(match read {
        Read::Object(name) => Text::Object(name),
        Read::String(_) | Read::Other => Text::Other,
    })
}

/// A value that was read.
enum Read {
    Object(Option<Named>),
    String(String),
    Other,
}

struct Parser<'a> {
    bytes: &'a [u8],
    /// Where it reads; in a string that ends in a backslash one past the end.
    at: usize,
    nesting: usize,
}

impl Parser<'_> {
    /// The byte that comes; at the end, and for a NUL, zero.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn any(&mut self) -> Result<Read, Exception> {
        self.space()?;
        match self.peek() {
            b'n' => self.word(b"null"),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'N' | b'I' => Err(self.fault_showing("unexpected token ")),
            b'-' if self.rest().starts_with(b"-Infinity") => Err(self.fault_showing("unexpected token ")),
            b'-' | b'0'..=b'9' => self.number(),
            b'"' => self.string().map(Read::String),
            b'[' => self.array(),
            b'{' => self.object(),
            0 => Err(self.fault("unexpected end of input")),
            _ => Err(self.fault_showing("unexpected character: ")),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<Read, Exception> {
        if !self.rest().starts_with(word) {
            return Err(self.fault_showing("unexpected token "));
        }
        self.at += word.len();
        Ok(Read::Other)
    }

    fn number(&mut self) -> Result<Read, Exception> {
        let start = self.at;
        let negative = self.peek() == b'-';
        self.at += usize::from(negative);
        let first = self.peek();
        let digits = self.digits();
        let mut is_wrong = (first == b'0' && digits > 1) || (negative && digits == 0);
        if !is_wrong && self.peek() == b'.' {
            self.at += 1;
            is_wrong = self.digits() == 0;
        }
        if !is_wrong && matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'-' | b'+'));
            is_wrong = self.digits() == 0;
        }
        match is_wrong {
            true => Err(self.fault_at(start, "invalid number: ")),
            false => Ok(Read::Other),
        }
    }

    fn digits(&mut self) -> usize {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        digits
    }

    fn array(&mut self) -> Result<Read, Exception> {
        self.at += 1;
        self.space()?;
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Read::Other);
        }
        self.enter()?;
        loop {
            self.any()?;
            self.space()?;
            match self.peek() {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err(self.fault("expected ',' or ']' after array value")),
            }
        }
        self.at += 1;
        self.nesting -= 1;
        Ok(Read::Other)
    }

    fn object(&mut self) -> Result<Read, Exception> {
        self.at += 1;
        self.space()?;
        let mut name = None;
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Read::Object(name));
        }
        self.enter()?;
        // After a comma the words are others than before the first key.
        let mut is_first = true;
        loop {
            if self.peek() != b'"' {
                let what = if is_first { "expected object key, got " } else { "expected object key, got: " };
                return Err(self.fault_showing(what));
            }
            let key = self.string()?;
            self.space()?;
            match (self.peek(), is_first) {
                (b':', _) => self.at += 1,
                (_, true) => return Err(self.fault("expected ':' after object key")),
                (_, false) => return Err(self.fault_showing("expected ':' after object key, got: ")),
            }
            let value = self.any()?;
            if key == "name" {
                name = Some(match value {
                    Read::String(text) => Named::Text(text),
                    _ => Named::Other,
                });
            }
            self.space()?;
            match self.peek() {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(self.fault_showing("expected ',' or '}' after object value, got: ")),
            }
            self.space()?;
            is_first = false;
        }
        self.at += 1;
        self.nesting -= 1;
        Ok(Read::Object(name))
    }

    fn enter(&mut self) -> Result<(), Exception> {
        self.nesting += 1;
        match self.nesting > MAX_NESTING {
            true => Err(Exception::too_deep(self.nesting)),
            false => Ok(()),
        }
    }

    /// White space and comments.
    fn space(&mut self) -> Result<(), Exception> {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Result<(), Exception> {
        let start = self.at;
        let rest = self.rest();
        let length = match rest.get(1) {
            Some(b'/') => Some(rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1)),
            Some(b'*') => {
                let ends = rest.get(2..).unwrap_or_default().windows(2).position(|two| two == b"*/");
                let what = "unterminated comment, expected closing '*/'";
                Some(ends.map(|end| end + 4).ok_or_else(|| self.fault(what))?)
            }
            _ => None,
        };
        match length {
            Some(length) => {
                self.at += length;
                Ok(())
            }
            None => Err(self.fault_at(start, "unexpected token ")),
        }
    }

    /// First its end is looked for, then its escapes are read.
    fn string(&mut self) -> Result<String, Exception> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.bytes.get(self.at) {
                None => return Err(self.fault("unexpected end of input, expected closing \"")),
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..0x20) => {
                    return Err(self.fault_showing("invalid ASCII control character in string: "));
                }
                Some(_) => self.at += 1,
            }
        }
        let end = self.at;
        let read = self.unescaped(start, end)?;
        self.at = end + 1;
        Ok(read)
    }

    fn unescaped(&mut self, start: usize, end: usize) -> Result<String, Exception> {
        let mut read = Vec::with_capacity(end - start);
        let mut at = start;
        // Where what was read last ends: that is where a fault of a pair is said to be.
        let mut last = start;
        while at < end {
            let byte = self.bytes.get(at).copied().unwrap_or_default();
            if byte != b'\\' {
                read.push(byte);
                at += 1;
                continue;
            }
            let escaped = self.bytes.get(at + 1).copied().unwrap_or_default();
            let plain = match escaped {
                b'"' | b'/' | b'\\' => escaped,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 8,
                b'f' => 12,
                b'u' => {
                    let (character, length) = self.unicode(at, end, last)?;
                    let mut buffer = [0; 4];
                    read.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                    at += length;
                    last = at;
                    continue;
                }
                b'\n' => {
                    return Err(self.fault_at(at, "Invalid unescaped newline character (\\n) in string: "));
                }
                0..0x20 => return Err(self.fault_at(at, "invalid ASCII control character in string: ")),
                _ => return Err(self.fault_at(at, "invalid escape character in string: ")),
            };
            read.push(plain);
            last = if matches!(escaped, b'"' | b'/') { at + 1 } else { at + 2 };
            at += 2;
        }
        Ok(String::from_utf8_lossy(&read).into_owned())
    }

    /// What a `\u` escape means, or two of a pair, and how many bytes they take.
    fn unicode(&mut self, at: usize, end: usize, last: usize) -> Result<(char, usize), Exception> {
        let high = self.hex(at, end)?;
        if high & 0xFC00 != 0xD800 {
            // A low surrogate alone is let through, and is no character.
            return Ok((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6));
        }
        let next = at + 6;
        if next + 6 > end || self.bytes.get(next..next + 2) != Some(b"\\u") {
            return Err(self.fault_at(last, "incomplete surrogate pair at "));
        }
        let low = self.hex(next, end)?;
        if low & 0xFC00 != 0xDC00 {
            return Err(self.fault_at(last, "invalid surrogate pair at "));
        }
        let code = 0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
        Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12))
    }

    /// The four digits of the `\u` at a place.
    fn hex(&mut self, at: usize, end: usize) -> Result<u32, Exception> {
        let digits = self.bytes.get(at + 2..at + 6).filter(|_| at + 6 <= end);
        let value = digits.and_then(|digits| {
            digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
        });
        value.ok_or_else(|| self.fault_at(at, "incomplete unicode character escape sequence at "))
    }

    fn fault_at(&mut self, at: usize, what: &str) -> Exception {
        self.at = at;
        self.fault_showing(what)
    }

    /// A fault whose message ends in what stands there.
    fn fault_showing(&self, what: &str) -> Exception {
        self.fault(&format!("{what}{}", self.shown()))
    }

    /// Lines are counted without the one that it is in, and columns in bytes.
    fn fault(&self, what: &str) -> Exception {
        let before = self.bytes.get(..=self.at).unwrap_or(self.bytes);
        let in_line = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        let beyond = (self.at + 1).saturating_sub(self.bytes.len());
        let above = before.len().saturating_sub(in_line + 1);
        let lines = before.iter().take(above).filter(|byte| **byte == b'\n').count();
        Exception::unparsable(format!("{what} at line {} column {}", lines + 1, in_line + beyond))
    }

    /// The word that begins here; all that is left where it begins with what ends a word.
    fn shown(&self) -> String {
        let rest = self.rest();
        if rest.is_empty() {
            return "EOF".to_owned();
        }
        let ends = |byte: &u8| matches!(byte, 0 | b'\n' | b' ' | b'\t' | b'\r');
        let word: Vec<u8> = rest.iter().take(SHOWN).take_while(|byte| !ends(byte)).copied().collect();
        if word.is_empty() {
            // A glance of it: all of it could be the whole body.
            let left: Vec<u8> = rest.iter().take(GLANCE).take_while(|byte| **byte != 0).copied().collect();
            return String::from_utf8_lossy(&left).into_owned();
        }
        // A last character of more than one byte is cut off, whether it is whole or not.
        let tail = word.iter().rev().take_while(|byte| (0x80..0xC0).contains(*byte)).count();
        let mut length = word.len() - tail;
        if length.checked_sub(1).and_then(|last| word.get(last)).is_some_and(|byte| *byte >= 0xC0) {
            length -= 1;
        }
        format!("'{}'", String::from_utf8_lossy(word.get(..length).unwrap_or_default()))
    }
}
