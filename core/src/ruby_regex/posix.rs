//! POSIX brackets inside a character class: `[:alpha:]`.

use super::cursor::Cursor;
use super::error::{Fault, RegexErrorKind};
use crate::part;

const NAMES: [&str; 14] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
    "xdigit", "ascii", "word",
];

/// How many characters Ruby looks ahead for the end of an unknown name.
const SCAN_LIMIT: usize = 20;

/// Reads the POSIX bracket that starts at `start`, from behind its colon on.
///
/// What turns out to be none is no fault; the cursor then stands behind the bracket.
pub(super) fn read(cursor: &mut Cursor<'_>, start: usize) -> Result<bool, Fault> {
    let body = cursor.at;
    cursor.eat('^');
    let rest = cursor.rest();
    // Ruby knows no name that is shorter than four characters.
    let long_enough = rest.chars().nth(6).is_some();
    let known = NAMES.iter().find(|name| long_enough && rest.starts_with(**name));
    if let Some(name) = known {
        cursor.at += name.len();
        if cursor.eat(':') && cursor.eat(']') {
            return Ok(true);
        }
        return Err(unknown(cursor, start));
    }
    let mut name = rest.char_indices().take(SCAN_LIMIT + 1);
    match name.find(|&(_, character)| matches!(character, ':' | ']')) {
        Some((at, ':')) if part(rest, at..).starts_with(":]") => {
            cursor.at += at;
            Err(unknown(cursor, start))
        }
        _ => {
            cursor.at = body - 1;
            Ok(false)
        }
    }
}

/// Names the bracket up to the next `:]`, or to the next bracket at least.
fn unknown(cursor: &Cursor<'_>, start: usize) -> Fault {
    let rest = cursor.rest();
    let end = cursor.at + rest.find(']').map_or(rest.len(), |at| at + 1);
    let name = part(cursor.text, start..end).to_owned();
    Fault::new(RegexErrorKind::UnknownPosixClass { name }, start..end)
}

/// Whether a `:]` is ahead, remembered so that no text is scanned twice.
#[derive(Default)]
pub(super) struct Lookahead {
    from: usize,
    stop: usize,
    found: bool,
}

impl Lookahead {
    /// Steps behind the colon here if a `:]` follows before any bare `]`.
    pub(super) fn closes(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let body = cursor.at + 1;
        if !(self.from..self.stop).contains(&body) {
            *self = scan(cursor.text, body);
        }
        if self.found {
            cursor.at = body;
        }
        self.found
    }
}

fn scan(text: &str, from: usize) -> Lookahead {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b':' if bytes.get(at + 1) == Some(&b']') => {
                return Lookahead { from, stop: at + 1, found: true };
            }
            b']' => return Lookahead { from, stop: at + 1, found: false },
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Lookahead { from, stop: at + 1, found: false }
}
