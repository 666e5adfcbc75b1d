//! What can be wrong with a JSON text: the kinds, their sentences, and the fixes that are safe.

use super::found::Found;
use crate::span::Span;

/// A fault of a text, and its place in the bytes.
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

/// Why a text is not JSON. Values are fields; the sentence is one rendering of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonErrorKind {
    /// More bytes than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("expected at most {limit} bytes, found {actual}")]
    TooLarge {
        /// The most that may be.
        limit: usize,
        /// How many there are.
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
        /// The most that may be.
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
        found: Found,
    },
    /// `\u` without its four digits.
    #[error("expected four hexadecimal digits after `\\u`, found {found}")]
    BadUnicodeEscape {
        /// What stands where a digit should.
        found: Found,
    },
    /// Half of a surrogate pair.
    #[error("expected a surrogate pair, found the lone surrogate `\\u{unit:04x}`")]
    LoneSurrogate {
        /// The code unit.
        unit: u16,
    },
    /// A number that JSON spells otherwise.
    #[error("expected {fault}, found {found}")]
    BadNumber {
        /// What it breaks.
        fault: NumberFault,
        /// What stands there.
        found: Found,
    },
    /// A line that git left where it could not merge.
    #[error("conflict marker `{marker}`")]
    ConflictMarker {
        /// `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`.
        marker: &'static str,
    },
    /// Something else than what has to come here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What has to come.
        expected: Expected,
        /// What stands there.
        found: Found,
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
    /// `-` and no digit
    #[error("a digit after `-`")]
    NoDigit,
    /// `1.` and no digit
    #[error("a digit after `.`")]
    NoFraction,
    /// `1e` and no digit
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
        Self::new(JsonErrorKind::TooLarge { limit: super::MAX_BYTES, actual }, 0, 0)
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
    /// It removes a comma too many, a comment or a byte-order mark, adds a comma, writes quotes or an escape. What
    /// has to be read on for, such as where a string in single quotes ends, only [`Document::recover`] knows.
    ///
    /// [`Document::recover`]: super::Document::recover
    #[must_use]
    pub fn fix(&self) -> Option<(Span, &str)> {
        self.fix.as_ref().map(|fix| (fix.0, fix.1.as_str()))
    }

    /// A second place that explains this fault, with what to say there.
    #[must_use]
    pub fn related(&self) -> Option<(Span, &'static str)> {
        match self.kind {
            JsonErrorKind::Unclosed { end, .. } => Some((Span::at(end), "the text ends here")),
            JsonErrorKind::Unexpected {
                expected: Expected::CommaOrClose { open, .. },
                found: Found::Char('}' | ']'),
            } => Some((Span::new(open, open + 1), "opened here")),
            _ => None,
        }
    }
}
