//! What can be wrong with a JSON text: the kinds, their messages and hints, the fixes that are safe, and what was
//! found in place of what was expected.

use std::borrow::Cow;
use std::fmt;

use crate::span::Span;

/// The most bytes a text may have: 1 MiB, a thousand times a manifest.
pub const MAX_BYTES: usize = 1 << 20;

/// A fault of a text, and its span in the bytes.
///
/// The span lies on character boundaries wherever the text is UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Where.
    pub span: Span,
    /// Boxed, as most have none.
    pub(super) fix: Option<Box<(Span, String)>>,
}

/// Why a text is not JSON. The message is made of the fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonErrorKind {
    /// More bytes than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("expected at most {limit} bytes, found {actual}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// The actual number.
        actual: usize,
    },
    /// The bytes are not UTF-8; the span names the bad ones.
    #[error("expected UTF-8, found the byte `0x{byte:02X}`")]
    InvalidUtf8 {
        /// The first bad byte.
        byte: u8,
        /// Whether the text begins with the byte-order mark of UTF-16.
        utf16: bool,
    },
    /// The text begins with the byte-order mark of UTF-8.
    #[error("expected a value, found a byte-order mark")]
    ByteOrderMark,
    /// There is nothing to parse.
    #[error("expected a value, found {}", if *.blank { "only white space" } else { "an empty text" })]
    Empty {
        /// Whether there is white space.
        blank: bool,
    },
    /// One array or object too many inside one another; the span is its opening bracket.
    #[error("expected at most {limit} arrays and objects inside one another, found one more")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A comment, of any of the usual kinds.
    #[error("expected JSON, which has no comments, found a `{opener}` comment")]
    Comment {
        /// `//`, `/*` or `#`.
        opener: &'static str,
    },
    /// A comma with nothing after it; the span is the comma.
    #[error("trailing comma before `{close}`")]
    TrailingComma {
        /// The bracket that follows.
        close: char,
    },
    /// The text ends inside an array or object; the span is the bracket that opens it.
    #[error("expected `{close}` to close this `{open}`, found the end of the text")]
    Unclosed {
        /// The bracket that opens.
        open: char,
        /// The bracket that is missing.
        close: char,
        /// Where the text ends.
        end: usize,
    },
    /// A string that does not end on its line; the span is what there is of it.
    #[error("expected `\"` to close this string before the end of the line")]
    UnclosedString,
    /// A character below U+0020, not a line break, as itself inside a string.
    #[error("expected an escape in the string, found the control character U+{:04X}", u32::from(*.found))]
    ControlCharacter {
        /// The character.
        found: char,
    },
    /// A backslash before a character that it cannot escape.
    #[error("expected one of `\"` `\\` `/` `b` `f` `n` `r` `t` `u` after `\\`, found {found}")]
    BadEscape {
        /// What follows the backslash.
        found: FoundToken,
    },
    /// `\u` without its four digits.
    #[error("expected four hexadecimal digits after `\\u`, found {found}")]
    BadUnicodeEscape {
        /// What was found in place of a digit.
        found: FoundToken,
    },
    /// Half of a surrogate pair.
    #[error("expected a surrogate pair, found the lone surrogate `\\u{unit:04x}`")]
    LoneSurrogate {
        /// The code unit.
        unit: u16,
    },
    /// A malformed number.
    #[error("expected {fault}, found {found}")]
    BadNumber {
        /// What it breaks.
        fault: NumberFault,
        /// What was found.
        found: FoundToken,
    },
    /// A line that git leaves where it cannot merge.
    #[error("conflict marker `{marker}`")]
    ConflictMarker {
        /// `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`.
        marker: &'static str,
    },
    /// Something other than what the grammar allows here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What the grammar allows.
        expected: Expected,
        /// What was found.
        found: FoundToken,
    },
}

/// How a number breaks the grammar; displays as what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// `+1`
    #[error("a digit or `-`")]
    Plus,
    /// `.5`
    #[error("a digit before `.`")]
    LeadingPoint,
    /// `007`
    #[error("a number without leading zeros")]
    LeadingZero,
    /// `-` without a digit
    #[error("a digit after `-`")]
    NoDigit,
    /// `1.` without a digit after it
    #[error("a digit after `.`")]
    NoFraction,
    /// `1e` without a digit after it
    #[error("a digit in the exponent")]
    NoExponent,
}

/// What the grammar allows at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    /// A value: at the start, after `:`, after a `,` in an array.
    #[error("a value")]
    Value,
    /// After `[`.
    #[error("a value or `]`")]
    ValueOrClose,
    /// After a `,` in an object.
    #[error("a key in double quotes")]
    Key,
    /// After `{`.
    #[error("a key in double quotes or `}}`")]
    KeyOrClose,
    /// After a key.
    #[error("`:`")]
    Colon,
    /// After an entry or a member.
    #[error("`,` or `{close}`")]
    CommaOrClose {
        /// The bracket that would close the container.
        close: char,
        /// The offset of the bracket that opened it.
        open: usize,
    },
    /// After the value of the whole text.
    #[error("the end of the text")]
    End,
}

impl JsonError {
    /// A text of this many bytes is too large.
    pub(crate) fn too_large(actual: usize) -> Self {
        Self::new(JsonErrorKind::TooLarge { limit: MAX_BYTES, actual }, 0, 0)
    }

    pub(super) fn new(kind: JsonErrorKind, start: usize, end: usize) -> Self {
        Self { kind, span: Span::new(start, end), fix: None }
    }

    /// With an edit that fixes it.
    pub(super) fn fixed(mut self, start: usize, end: usize, text: &str) -> Self {
        self.fix = Some(Box::new((Span::new(start, end), text.to_owned())));
        self
    }

    /// An edit that fixes this fault and cannot change what the text means.
    ///
    /// It removes a superfluous comma, a comment or a byte-order mark, adds a comma, or writes quotes or an escape. Only
    /// [`Document::recover`] offers those that depend on the rest of the text, such as where a string in single quotes
    /// ends.
    ///
    /// [`Document::recover`]: super::Document::recover
    #[must_use]
    pub fn fix(&self) -> Option<(Span, &str)> {
        self.fix.as_ref().map(|fix| (fix.0, fix.1.as_str()))
    }

    /// A second place that explains this fault, with a note for it.
    #[must_use]
    pub fn related(&self) -> Option<(Span, &'static str)> {
        match self.kind {
            JsonErrorKind::Unclosed { end, .. } => Some((Span::at(end), "the text ends here")),
            JsonErrorKind::Unexpected {
                expected: Expected::CommaOrClose { open, .. },
                found: FoundToken::Char('}' | ']'),
            } => Some((Span::new(open, open + 1), "opened here")),
            _ => None,
        }
    }
}

impl JsonError {
    /// How to fix it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match &self.kind {
            JsonErrorKind::TooLarge { .. } => "keep long texts in files of their own",
            JsonErrorKind::InvalidUtf8 { utf16: true, .. } => "the file looks like UTF-16: save it as UTF-8",
            JsonErrorKind::InvalidUtf8 { .. } => "save the file as UTF-8",
            JsonErrorKind::ByteOrderMark => "save the file as UTF-8 without a byte-order mark",
            JsonErrorKind::Empty { .. } => "write a JSON object: `{ … }`",
            JsonErrorKind::TooDeep { .. } => return None,
            JsonErrorKind::Comment { .. } => "remove the comment",
            JsonErrorKind::TrailingComma { .. } => "remove the comma",
            JsonErrorKind::Unclosed { close, .. } => {
                return Some(format!("add the missing `{close}`").into());
            }
            JsonErrorKind::UnclosedString => {
                "close the string with `\"`; a line break inside a string is written `\\n`"
            }
            JsonErrorKind::ControlCharacter { found } => {
                return Some(format!("write it as `{}`", escape_of(*found)).into());
            }
            JsonErrorKind::BadEscape { .. } => "a backslash in a string is written `\\\\`",
            JsonErrorKind::BadUnicodeEscape { .. } => "write four digits, as in `\\u00e9`",
            JsonErrorKind::LoneSurrogate { .. } => {
                "write both halves, as in `\\ud83d\\ude00`, or the character itself"
            }
            JsonErrorKind::ConflictMarker { .. } => "keep one side of the conflict, and remove the markers",
            JsonErrorKind::BadNumber { fault, found } => return number_hint(*fault, found),
            JsonErrorKind::Unexpected { expected, found } => return token_hint(*expected, found),
        };
        Some(hint.into())
    }
}

pub(super) fn escape_of(control: char) -> String {
    let short = match control {
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        _ => return format!("\\u{:04x}", u32::from(control)),
    };
    format!("\\{short}")
}

fn number_hint(fault: NumberFault, found: &FoundToken) -> Option<Cow<'static, str>> {
    let hint = match fault {
        NumberFault::Plus => "remove the `+`",
        NumberFault::LeadingPoint => "write a `0` before the `.`",
        NumberFault::LeadingZero => "remove the leading zeros",
        NumberFault::NoFraction => "write a digit after the `.`, or remove it",
        NumberFault::NoExponent => "write a digit after the `e`, or remove it",
        NumberFault::NoDigit => {
            return match found {
                FoundToken::Word(word) => word_hint(word),
                _ => None,
            };
        }
    };
    Some(hint.into())
}

fn word_hint(word: &str) -> Option<Cow<'static, str>> {
    let hint = match word {
        "NaN" | "nan" | "Infinity" | "infinity" | "inf" => {
            return Some(format!("JSON has no `{word}`: write a number").into());
        }
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "None" | "nil" | "undefined" | "Null" | "NULL" => "write `null`",
        _ => "write a string in double quotes",
    };
    Some(hint.into())
}

fn token_hint(expected: Expected, found: &FoundToken) -> Option<Cow<'static, str>> {
    let hint = match (expected, found) {
        (_, FoundToken::Char('\'' | '‘' | '’' | '“' | '”' | '„' | '«' | '»' | '`')) => {
            "write strings in straight double quotes, `\"`"
        }
        (_, FoundToken::Marker(marker)) => {
            let hint = format!(
                "`{marker}` is a conflict marker: keep one side of the conflict, and remove the markers"
            );
            return Some(hint.into());
        }
        (_, FoundToken::Char(c)) if is_invisible(*c) => {
            "remove it: only spaces, tabs and line breaks are allowed between values"
        }
        (Expected::Value | Expected::ValueOrClose, FoundToken::Word(word)) => return word_hint(word),
        (Expected::Key | Expected::KeyOrClose, FoundToken::Word(word)) => {
            return Some(format!("write the key in double quotes: `\"{word}\"`").into());
        }
        (Expected::Key | Expected::KeyOrClose | Expected::ValueOrClose, FoundToken::Char(',')) => {
            "remove the comma"
        }
        (Expected::Value, FoundToken::Char(',')) => "write a value before the comma, or remove it",
        (Expected::Colon, FoundToken::Char('=')) => "write `:` between key and value",
        (Expected::Colon, FoundToken::Char(',' | '}')) => "write `:` and a value after the key",
        (Expected::CommaOrClose { close, .. }, FoundToken::Char('}' | ']')) => {
            return Some(format!("add the missing `{close}` before it").into());
        }
        (Expected::CommaOrClose { .. }, FoundToken::Char('"' | '{' | '[' | '-') | FoundToken::Word(_)) => {
            "add a comma before it"
        }
        (Expected::End, FoundToken::Char('}' | ']')) => "remove it: nothing is left to close",
        (Expected::End, _) => "a JSON text is one value: remove the rest",
        _ => return None,
    };
    Some(hint.into())
}

/// The longest word that is shown whole, in characters.
const MAX_WORD: usize = 40;

/// The thing found at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundToken {
    /// Nothing: the text ends.
    End,
    /// One character.
    Char(char),
    /// A conflict marker, which displays as its first character.
    Marker(&'static str),
    /// A run of letters, digits and `_`, cut off after forty.
    Word(String),
}

impl FoundToken {
    /// The token at `at`, and the offset of its end.
    pub(super) fn at(text: &str, at: usize) -> (Self, usize) {
        let rest = text.get(at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return (Self::End, text.len()) };
        if let Some(marker) = marker(text, at) {
            return (Self::Marker(marker), at + 1);
        }
        if !is_word(first) {
            return (Self::Char(first), at + first.len_utf8());
        }
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let mut word: String = rest.chars().take(MAX_WORD).take_while(|c| is_word(*c)).collect();
        if word.len() < length {
            word.push('…');
        }
        (Self::Word(word), at + length)
    }
}

/// The marker that git writes around a conflict, where a line begins with one here:
/// <https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>.
pub(super) fn marker(text: &str, at: usize) -> Option<&'static str> {
    let begins_line = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
    let rest = text.get(at..).filter(|_| begins_line)?;
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().find(|marker| {
        rest.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
    })
}

pub(super) fn is_word(c: char) -> bool {
    // Beyond ASCII everything but punctuation; a table of all letters would be a tenth of the browser's module.
    c == '_' || c.is_ascii_alphanumeric() || (c >= '\u{C0}' && !is_invisible(c) && !is_punctuation(c))
}

impl fmt::Display for FoundToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the text"),
            Self::Char('\n' | '\r') => f.write_str("the end of the line"),
            Self::Char(' ') => f.write_str("a space"),
            Self::Char('`') => f.write_str("a backtick"),
            Self::Char(c) if is_invisible(*c) => write!(f, "U+{:04X}", u32::from(*c)),
            Self::Char(c) => write!(f, "`{c}`"),
            Self::Marker(marker) => write!(f, "`{:.1}`", marker),
            Self::Word(word) => write!(f, "`{word}`"),
        }
    }
}

/// Quotes, dashes, arrows and other characters that text editors insert by themselves.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{D7}' | '\u{F7}' | '\u{2000}'..='\u{2BFF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF0F}')
}

/// Characters that are invisible or reorder the line.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
