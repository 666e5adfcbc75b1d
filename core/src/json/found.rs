//! What stands in the text where something else should: shown so that nothing is invisible.

use std::fmt;

/// The longest word that is shown whole, in characters.
const MAX_WORD: usize = 40;

/// The thing found at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the text ends.
    End,
    /// One character.
    Char(char),
    /// A conflict marker, which displays as its first character.
    Marker(&'static str),
    /// A run of letters, digits and `_`, cut off after forty.
    Word(String),
}

impl Found {
    /// What stands at `at`, and the offset of its end.
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

/// The marker that git writes around a conflict, where a line begins with one here.
pub(super) fn marker(text: &str, at: usize) -> Option<&'static str> {
    let begins_line = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
    let rest = text.get(at..).filter(|_| begins_line)?;
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().find(|marker| {
        rest.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
    })
}

pub(super) fn is_word(c: char) -> bool {
    // Beyond ASCII whatever is no punctuation; a table of all letters would be a tenth of the browser's module.
    c == '_' || c.is_ascii_alphanumeric() || (c >= '\u{C0}' && !is_invisible(c) && !is_punctuation(c))
}

impl fmt::Display for Found {
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

/// Quotes, dashes, arrows and the like, of any script that a text editor puts in by itself.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{D7}' | '\u{F7}' | '\u{2000}'..='\u{2BFF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF0F}')
}

/// Characters that a reader cannot see, or that turn the line around.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
