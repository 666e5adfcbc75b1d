//! From a range of a decoded string back to the bytes of its literal.

use std::ops::Range;

use super::Document;
use crate::span::Span;

impl Document<'_> {
    /// The place of a part of a string, such as a group of a regular expression.
    ///
    /// `string_span` is the span of a string or key of this document, quotes included; `decoded` is a byte
    /// range of the decoded string. An end inside a character or an escape moves outwards to its edge; what
    /// lies beyond the string stops at its closing quote. An empty range gives an empty span.
    #[must_use]
    pub fn span_in_string(&self, string_span: Span, decoded: Range<usize>) -> Span {
        let literal = self.slice(string_span);
        let body = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
        let (mut raw, mut at) = (0, 0);
        let mut found: Option<Span> = None;
        while let Some((raw_length, length)) = unit(body, raw) {
            if at >= decoded.end.max(decoded.start + 1) {
                break;
            }
            if at + length > decoded.start {
                let start = found.map_or(raw, |span| span.start);
                found = Some(Span::new(start, raw + raw_length));
            }
            raw += raw_length;
            at += length;
        }
        let span = found.unwrap_or(Span::at(raw));
        let span = if decoded.is_empty() { Span::at(span.start) } else { span };
        span.shifted(string_span.start + 1)
    }
}

/// The character or escape at `at`: its length in the literal, and its length decoded.
fn unit(body: &str, at: usize) -> Option<(usize, usize)> {
    let rest = body.get(at..)?;
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    match rest.as_bytes().get(1)? {
        b'u' => Some(match u32::from_str_radix(rest.get(2..6)?, 16).ok()? {
            0..0x80 => (6, 1),
            0x80..0x800 => (6, 2),
            // The parser has made sure that the other half follows.
            0xD800..0xE000 => (12, 4),
            _ => (6, 3),
        }),
        _ => Some((2, 1)),
    }
}
