//! How to fix a text that is not JSON, one sentence a fault.

use std::borrow::Cow;

use super::error::{Expected, JsonError, JsonErrorKind, NumberFault};
use super::found::{self, Found};

impl JsonError {
    /// What to do about it, where that can be said.
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
            JsonErrorKind::BadNumber { fault, found } => return of_number(*fault, found),
            JsonErrorKind::Unexpected { expected, found } => return of_other(*expected, found),
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

fn of_number(fault: NumberFault, found: &Found) -> Option<Cow<'static, str>> {
    let hint = match fault {
        NumberFault::Plus => "remove the `+`",
        NumberFault::LeadingPoint => "write a `0` before the `.`",
        NumberFault::LeadingZero => "remove the leading zeros",
        NumberFault::NoFraction => "write a digit after the `.`, or remove it",
        NumberFault::NoExponent => "write a digit after the `e`, or remove it",
        NumberFault::NoDigit => {
            return match found {
                Found::Word(word) => of_word(word),
                _ => None,
            };
        }
    };
    Some(hint.into())
}

fn of_word(word: &str) -> Option<Cow<'static, str>> {
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

fn of_other(expected: Expected, found: &Found) -> Option<Cow<'static, str>> {
    let hint = match (expected, found) {
        (_, Found::Char('\'' | '‘' | '’' | '“' | '”' | '„' | '«' | '»' | '`')) => {
            "write strings in straight double quotes, `\"`"
        }
        (_, Found::Marker(marker)) => {
            let hint = format!(
                "`{marker}` is a conflict marker: keep one side of the conflict, and remove the markers"
            );
            return Some(hint.into());
        }
        (_, Found::Char(c)) if found::is_invisible(*c) => {
            "remove it: between values only space, tab and line breaks may stand"
        }
        (Expected::Value | Expected::ValueOrClose, Found::Word(word)) => return of_word(word),
        (Expected::Key | Expected::KeyOrClose, Found::Word(word)) => {
            return Some(format!("write the key in double quotes: `\"{word}\"`").into());
        }
        (Expected::Key | Expected::KeyOrClose | Expected::ValueOrClose, Found::Char(',')) => {
            "remove the comma"
        }
        (Expected::Value, Found::Char(',')) => "write a value before the comma, or remove it",
        (Expected::Colon, Found::Char('=')) => "write `:` between key and value",
        (Expected::Colon, Found::Char(',' | '}')) => "write `:` and a value after the key",
        (Expected::CommaOrClose { close, .. }, Found::Char('}' | ']')) => {
            return Some(format!("add the missing `{close}` before it").into());
        }
        (Expected::CommaOrClose { .. }, Found::Char('"' | '{' | '[' | '-') | Found::Word(_)) => {
            "add a comma before it"
        }
        (Expected::End, Found::Char('}' | ']')) => "remove it: everything is closed already",
        (Expected::End, _) => "one value only: remove what follows it",
        _ => return None,
    };
    Some(hint.into())
}
