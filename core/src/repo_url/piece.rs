//! A part of the input that remembers where in the input it stands.

use crate::find;
use crate::span::Span;

/// A slice of the input and its byte offset there.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
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

    /// The span of the bytes `from..to` of this piece.
    pub(super) fn span_of(self, from: usize, to: usize) -> Span {
        Span::new(from, to).shifted(self.at)
    }

    /// Cuts at byte `mid`; an impossible `mid` leaves the second part empty.
    pub(super) fn split_at(self, mid: usize) -> (Self, Self) {
        let (left, right) = self.text.split_at_checked(mid).unwrap_or((self.text, ""));
        (Self { text: left, at: self.at }, Self { text: right, at: self.at + left.len() })
    }

    /// What stands before and after the first `separator`.
    pub(super) fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        self.split_around(find(self.text, separator)?, separator.len())
    }

    /// What stands before and after the last `separator`.
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
            let piece = Self { text, at };
            at += text.len() + separator.len_utf8();
            piece
        })
    }

    /// The first character for which `wanted` holds, and its place.
    pub(super) fn find(self, wanted: impl Fn(char) -> bool) -> Option<(char, Span)> {
        let (at, c) = self.text.char_indices().find(|(_, c)| wanted(*c))?;
        Some((c, self.span_of(at, at + c.len_utf8())))
    }
}

/// Where a separator last stands.
fn rfind(text: &str, separator: &str) -> Option<usize> {
    text.as_bytes().windows(separator.len()).rposition(|window| window == separator.as_bytes())
}
