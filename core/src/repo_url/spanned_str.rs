//! A slice of the input that knows its offset there, and the percent-encoding in it.

use crate::span::{Span, find};

/// A slice of the input and its byte offset there.
#[derive(Clone, Copy)]
pub(super) struct SpannedStr<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> SpannedStr<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn text(self) -> &'a str {
        self.text
    }

    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn span(self) -> Span {
        Span::new(self.at, self.at + self.text.len())
    }

    /// The span of the bytes `from..to` of this part.
    pub(super) fn span_of(self, from: usize, to: usize) -> Span {
        Span::new(from, to).shifted(self.at)
    }

    /// Cuts at byte `mid`; an impossible `mid` leaves the second part empty.
    pub(super) fn split_at(self, mid: usize) -> (Self, Self) {
        let (left, right) = self.text.split_at_checked(mid).unwrap_or((self.text, ""));
        (Self { text: left, at: self.at }, Self { text: right, at: self.at + left.len() })
    }

    /// The parts before and after the first `separator`.
    pub(super) fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        self.split_around(find(self.text, separator)?, separator.len())
    }

    /// The parts before and after the last `separator`.
    pub(super) fn rsplit_once(self, separator: &str) -> Option<(Self, Self)> {
        self.split_around(rfind(self.text, separator)?, separator.len())
    }

    fn split_around(self, mid: usize, width: usize) -> Option<(Self, Self)> {
        let (left, right) = self.split_at(mid);
        Some((left, right.split_at(width).1))
    }

    /// The parts between `separator`s, at least one.
    pub(super) fn split(self, separator: char) -> impl Iterator<Item = Self> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let part = Self { text, at };
            at += text.len() + separator.len_utf8();
            part
        })
    }

    /// The first character for which `wanted` holds, and its place.
    pub(super) fn find(self, wanted: impl Fn(char) -> bool) -> Option<(char, Span)> {
        let (at, c) = self.text.char_indices().find(|(_, c)| wanted(*c))?;
        Some((c, self.span_of(at, at + c.len_utf8())))
    }
}

/// The offset of the last occurrence of a separator.
fn rfind(text: &str, separator: &str) -> Option<usize> {
    text.as_bytes().windows(separator.len()).rposition(|window| window == separator.as_bytes())
}

/// The `%XX` sequences of `text` (<https://www.rfc-editor.org/rfc/rfc3986#section-2.1>): the offset of each, and its byte.
pub(super) fn percent_sequences(text: &str) -> impl Iterator<Item = (usize, u8)> {
    text.as_bytes().windows(3).enumerate().filter_map(|(at, window)| match window {
        [b'%', high, low] => Some((at, hex(*high)? * 16 + hex(*low)?)),
        _ => None,
    })
}

/// `text` with each `%XX` decoded; nothing where the result is not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    String::from_utf8(percent_encoding::percent_decode_str(text).collect()).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_each_sequence_once() {
        assert_eq!(percent_decoded("a%20b%2Fc").as_deref(), Some("a b/c"));
        assert_eq!(percent_decoded("%2541").as_deref(), Some("%41"));
        assert_eq!(percent_decoded("100%"), Some("100%".to_owned()));
        assert_eq!(percent_decoded("%c3%a9").as_deref(), Some("é"));
        assert_eq!(percent_decoded("%ff"), None);
        assert_eq!(percent_decoded("%é%"), Some("%é%".to_owned()));
    }
}
