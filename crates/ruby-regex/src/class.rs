//! Character classes: `[…]` with ranges, sets, intersections, POSIX brackets (`[:alpha:]`) and further classes inside.
//!
//! After `parse_char_class` and `parse_posix_bracket` in
//! <https://github.com/k-takata/Onigmo/blob/master/regparse.c>.

use crate::cursor::{Cursor, slice_or_empty};
use crate::error::{Fault, RegexErrorKind};
use crate::properties;

/// The next token of a class.
enum Token {
    Character(char),
    /// A set such as `\d`; no range may start or end with it.
    Set,
    Property,
    Hyphen,
    Intersection,
    Open,
    /// `[:`, with a `:]` further on.
    Posix,
    Close,
}

/// How far a range has come.
#[derive(PartialEq)]
enum Step {
    Start,
    /// A character that may start a range; `None` for a set, which may not.
    Value(Option<char>),
    /// A character and a hyphen.
    Range(char),
    Complete,
}

/// One of the classes that are open.
struct Level {
    open: usize,
    step: Step,
    /// Where the last character started.
    from: usize,
}

/// Reads classes one by one.
#[derive(Default)]
pub(crate) struct Classes {
    ahead: ColonBracketAhead,
}

impl Classes {
    /// Reads the class that opens before the cursor; at most `room` may be open at a time.
    pub(crate) fn read(&mut self, cursor: &mut Cursor<'_>, room: usize, limit: usize) -> Result<(), Fault> {
        let mut levels: Vec<Level> = Vec::new();
        let mut start = cursor.at - 1;
        let mut token = Token::Open;
        loop {
            let mut ahead = None;
            match (token, levels.last_mut()) {
                (Token::Open, _) => {
                    if levels.len() == room {
                        return Err(Fault::new(RegexErrorKind::TooDeep { limit }, start..cursor.at));
                    }
                    levels.push(Level { open: start, step: Step::Start, from: start });
                    cursor.eat('^');
                    ahead = first_bracket(cursor, start)?;
                }
                (Token::Close, _) => {
                    levels.pop();
                    if levels.is_empty() {
                        return Ok(());
                    }
                }
                (Token::Character(character), Some(level)) => {
                    level.character(character, start, cursor.at)?;
                }
                (Token::Set, Some(level)) => level.set(start, cursor.at)?,
                (Token::Property, Some(level)) => {
                    properties::read(cursor, start)?;
                    level.set(start, cursor.at)?;
                }
                (Token::Posix, Some(level)) => {
                    if read_posix_class(cursor, start)? {
                        level.set(start, cursor.at)?;
                    } else {
                        level.character('[', start, cursor.at)?;
                    }
                }
                (Token::Intersection, Some(level)) => level.step = Step::Start,
                (Token::Hyphen, Some(level)) => {
                    let end = cursor.at;
                    if matches!(level.step, Step::Value(_)) {
                        let next = self.next(cursor);
                        let range = !matches!(next, Some(Token::Close | Token::Intersection));
                        level.hyphen(range, start, end)?;
                        ahead = next.map(|token| (token, end));
                    } else {
                        level.character('-', start, end)?;
                    }
                }
                (_, None) => {}
            }
            let open = levels.last().map_or(start, |level| level.open);
            (token, start) = match ahead {
                Some(found) => found,
                None => {
                    let at = cursor.at;
                    let next = self.next(cursor);
                    let unclosed = || Fault::new(RegexErrorKind::UnclosedClass, open..open + 1);
                    (next.ok_or_else(unclosed)?, at)
                }
            };
        }
    }

    fn next(&mut self, cursor: &mut Cursor<'_>) -> Option<Token> {
        Some(match cursor.bump()? {
            ']' => Token::Close,
            '-' => Token::Hyphen,
            '&' if cursor.eat('&') => Token::Intersection,
            '[' if cursor.peek() == Some(':') && self.ahead.eat_colon(cursor) => Token::Posix,
            '[' => Token::Open,
            '\\' => escape(cursor)?,
            character => Token::Character(character),
        })
    }
}

/// A bracket at the very start is a character, if there is another one to close the class.
fn first_bracket(cursor: &mut Cursor<'_>, open: usize) -> Result<Option<(Token, usize)>, Fault> {
    let start = cursor.at;
    if !cursor.eat(']') {
        return Ok(None);
    }
    if !cursor.rest().contains(']') {
        return Err(Fault::new(RegexErrorKind::EmptyClass, open..cursor.at));
    }
    Ok(Some((Token::Character(']'), start)))
}

/// The escape whose backslash is before the cursor.
fn escape(cursor: &mut Cursor<'_>) -> Option<Token> {
    let code = |value| char::from_u32(value).map(Token::Character);
    match cursor.bump()? {
        'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'h' | 'H' => Some(Token::Set),
        'p' | 'P' if cursor.eat('{') => Some(Token::Property),
        'x' => code(cursor.code(2, 16)),
        digit @ '0'..='7' => {
            cursor.at -= digit.len_utf8();
            code(cursor.code(3, 8))
        }
        letter => Some(Token::Character(control(letter).unwrap_or(letter))),
    }
}

/// The control character that a backslash and this letter spell.
fn control(letter: char) -> Option<char> {
    Some(match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'f' => '\x0C',
        'a' => '\x07',
        'b' => '\x08',
        'e' => '\x1B',
        'v' => '\x0B',
        _ => return None,
    })
}

impl Level {
    fn character(&mut self, to: char, start: usize, end: usize) -> Result<(), Fault> {
        self.step = match self.step {
            Step::Range(from) if from > to => {
                let kind = RegexErrorKind::ReversedRange { from, to };
                return Err(Fault::new(kind, self.from..end));
            }
            Step::Range(_) => Step::Complete,
            Step::Start | Step::Value(_) | Step::Complete => Step::Value(Some(to)),
        };
        self.from = start;
        Ok(())
    }

    fn set(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        if matches!(self.step, Step::Range(_)) {
            return Err(Fault::new(RegexErrorKind::RangeToSet, self.from..end));
        }
        self.step = Step::Value(None);
        self.from = start;
        Ok(())
    }

    /// A hyphen after a value: a literal one unless something follows in the class.
    fn hyphen(&mut self, range: bool, start: usize, end: usize) -> Result<(), Fault> {
        self.step = match self.step {
            Step::Value(Some(from)) if range => Step::Range(from),
            Step::Value(None) if range => {
                return Err(Fault::new(RegexErrorKind::RangeFromSet, self.from..end));
            }
            _ => return self.character('-', start, end),
        };
        Ok(())
    }
}

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
    "xdigit", "ascii", "word",
];

/// How many characters Ruby looks ahead for the end of an unknown name.
const POSIX_SCAN_LIMIT: usize = 20;

/// Reads the POSIX bracket that starts at `start`, from behind its colon on.
///
/// Anything else is not a fault; the cursor is then after the bracket.
fn read_posix_class(cursor: &mut Cursor<'_>, start: usize) -> Result<bool, Fault> {
    let body = cursor.at;
    cursor.eat('^');
    let rest = cursor.rest();
    // Ruby knows no name that is shorter than four characters.
    let long_enough = rest.chars().nth(6).is_some();
    let known = POSIX_CLASSES.iter().find(|name| long_enough && rest.starts_with(**name));
    if let Some(name) = known {
        cursor.at += name.len();
        if cursor.eat(':') && cursor.eat(']') {
            return Ok(true);
        }
        return Err(unknown_posix_class(cursor, start));
    }
    let mut name = rest.char_indices().take(POSIX_SCAN_LIMIT + 1);
    match name.find(|&(_, character)| matches!(character, ':' | ']')) {
        Some((at, ':')) if slice_or_empty(rest, at..).starts_with(":]") => {
            cursor.at += at;
            Err(unknown_posix_class(cursor, start))
        }
        _ => {
            cursor.at = body - 1;
            Ok(false)
        }
    }
}

/// Names the bracket up to the next `:]`, or to the next bracket at least.
fn unknown_posix_class(cursor: &Cursor<'_>, start: usize) -> Fault {
    let rest = cursor.rest();
    let end = cursor.at + rest.find(']').map_or(rest.len(), |at| at + 1);
    let name = slice_or_empty(cursor.text, start..end).to_owned();
    Fault::new(RegexErrorKind::UnknownPosixClass { name }, start..end)
}

/// Whether a `:]` is ahead, remembered so that no text is scanned twice.
#[derive(Default)]
struct ColonBracketAhead {
    from: usize,
    stop: usize,
    found: bool,
}

impl ColonBracketAhead {
    /// Steps behind the colon here if a `:]` follows before any bare `]`.
    fn eat_colon(&mut self, cursor: &mut Cursor<'_>) -> bool {
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

fn scan(text: &str, from: usize) -> ColonBracketAhead {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b':' if bytes.get(at + 1) == Some(&b']') => {
                return ColonBracketAhead { from, stop: at + 1, found: true };
            }
            b']' => return ColonBracketAhead { from, stop: at + 1, found: false },
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    ColonBracketAhead { from, stop: at + 1, found: false }
}
