//! The grammar of <https://www.rfc-editor.org/rfc/rfc8259> by recursive descent, and how reading goes on after a fault.
//!
//! After a fault: where the meaning is certain, the tree has it; where it is not, the place is a guess or the text counts
//! as partly lost, so that no rule reports what only the recovery made. Each step takes at least a byte or closes a
//! container, so the time is linear.

use std::borrow::Cow;

use super::error::{Expected, FoundToken, JsonErrorKind, is_word, marker};
use super::keys::has_duplicates;
use super::literal::string_end;
use super::node::{Member, Node, Value};
use super::state::{Outcome, Parser, Stop};
use super::writer::quoted;
use crate::order::FEW;
use crate::span::Span;

/// The most arrays and objects that may be inside one another.
pub const MAX_DEPTH: usize = 128;

/// Room made for the root's members at once: halves the time a manifest takes.
const ROOT_MEMBERS: usize = 12;

/// A container at the end of an item.
struct Ends {
    close: char,
    open: usize,
    /// The bracket that opened the container around it.
    outer: Option<usize>,
    /// The last value.
    last: Option<Span>,
}

impl<'a> Parser<'a> {
    /// The value of the whole text. The strict parser has read it where it has no errors.
    pub(super) fn whole(&mut self) -> Outcome<Node<'a>> {
        self.skip_space();
        let root = self.value(Expected::Value)?;
        self.skip_space();
        if self.at < self.bytes.len() && !self.pass(Expected::End)? {
            self.lost = true;
        }
        Ok(root)
    }

    /// The parser is at the first byte of the value.
    #[inline]
    fn value(&mut self, expected: Expected) -> Outcome<Node<'a>> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            Some(b'[') => self.array()?,
            Some(b'{') => self.object()?,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') if self.word(b"true") => Value::Bool(true),
            Some(b'f') if self.word(b"false") => Value::Bool(false),
            Some(b'n') if self.word(b"null") => Value::Null,
            _ => return self.odd_value(expected),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    /// Steps over a word if it is here.
    fn word(&mut self, word: &[u8]) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.strip_prefix(word) {
            // `nullable` and `trueé` are words of their own.
            Some([b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.., ..]) | None => false,
            Some(_) => {
                self.at += word.len();
                true
            }
        }
    }

    fn array(&mut self) -> Outcome<Value<'a>> {
        let outer = self.enter()?;
        let open = self.at - 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            let mut expected = Expected::ValueOrClose;
            loop {
                match self.value(expected) {
                    Ok(entry) => push(&mut entries, entry),
                    Err(stop) => self.go_on(stop)?,
                }
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    _ => {
                        let last = entries.last().map(|entry| entry.span);
                        if self.odd_end(&Ends { close: ']', open, outer, last })? {
                            break;
                        }
                    }
                }
                self.skip_space();
                expected = Expected::Value;
            }
            // The last entry was given back: it is the next key of the object around.
            if entries.last().is_some_and(|last| last.span.start >= self.at) {
                entries.pop();
            }
        }
        self.leave(outer);
        Ok(Value::Array(entries))
    }

    fn object(&mut self) -> Outcome<Value<'a>> {
        let outer = self.enter()?;
        let open = self.at - 1;
        self.objects += 1;
        let mut members = Vec::with_capacity(if self.depth == 1 { ROOT_MEMBERS } else { 0 });
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            let mut expected = Expected::KeyOrClose;
            loop {
                match self.member(expected) {
                    Ok(member) => push(&mut members, member),
                    Err(stop) => self.go_on(stop)?,
                }
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => {
                        self.at += 1;
                        break;
                    }
                    _ => {
                        let last = members.last().map(|member: &Member<'_>| member.node.span);
                        if self.odd_end(&Ends { close: '}', open, outer, last })? {
                            break;
                        }
                    }
                }
                self.skip_space();
                expected = Expected::Key;
            }
            // The root's own are found where its keys are put in order.
            let are_put_in_order = self.depth == 1 && members.len() > FEW;
            self.has_duplicates = self.has_duplicates || !are_put_in_order && has_duplicates(&members);
        }
        self.objects -= 1;
        self.leave(outer);
        Ok(Value::Object(members))
    }

    fn member(&mut self, expected: Expected) -> Outcome<Member<'a>> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.odd_member(expected);
        }
        let key = self.string()?;
        self.after_key(key, start)
    }

    /// The rest of the member whose key began at `start`.
    fn after_key(&mut self, key: Cow<'a, str>, start: usize) -> Outcome<Member<'a>> {
        let key_span = Span::new(start, self.at);
        self.skip_space();
        if self.peek() == Some(b':') {
            self.at += 1;
        } else {
            self.odd_colon(start)?;
        }
        self.skip_space();
        let node = match self.value(Expected::Value) {
            Ok(node) => node,
            Err(stop) => self.no_value(stop)?,
        };
        Ok(Member { key, key_span, node })
    }

    /// Steps over an opening bracket; answers what [`leave`](Self::leave) has to put back.
    fn enter(&mut self) -> Outcome<Option<usize>> {
        if self.depth == MAX_DEPTH {
            self.recovers = false;
            self.fault(JsonErrorKind::TooDeep { limit: MAX_DEPTH }, self.at, self.at + 1)?;
        }
        self.depth += 1;
        let outer = self.open.replace(self.at);
        self.at += 1;
        Ok(outer)
    }

    fn leave(&mut self, outer: Option<usize>) {
        self.depth -= 1;
        self.open = outer;
    }

    /// Notes what does not fit, and skips comments, conflict markers and superfluous commas. Returns whether the next
    /// byte fits.
    #[cold]
    fn pass(&mut self, expected: Expected) -> Outcome<bool> {
        let from = self.at;
        loop {
            let mut error = self.unexpected(expected, from);
            // A comment inside of something broken may be a part of it.
            if self.guesses.iter().any(|guess| guess.end == self.at) {
                error.fix = None;
            }
            let end = match &error.kind {
                JsonErrorKind::Comment { .. } => {
                    self.lost = self.lost || error.fix.is_none();
                    error.span.end
                }
                JsonErrorKind::ConflictMarker { .. }
                | JsonErrorKind::Unexpected { found: FoundToken::Marker(_), .. } => self.line_end(),
                JsonErrorKind::Unexpected { found: FoundToken::Char(','), .. } if error.fix.is_some() => {
                    self.at + 1
                }
                JsonErrorKind::Unclosed { .. } => {
                    self.unclosed = true;
                    self.lost = true;
                    self.at
                }
                _ => self.at,
            };
            let conflict = marker(self.text, self.at).is_some();
            let is_quiet = self.at < self.quiet;
            self.note(error)?;
            self.conflict = self.conflict || conflict;
            if end == self.at {
                return Ok(false);
            }
            self.at = end;
            self.skip_space();
            if is_quiet {
                self.quiet = self.at + 1;
            }
            if self.fits(expected) {
                return Ok(true);
            }
        }
    }

    fn fits(&self, expected: Expected) -> bool {
        let byte = self.peek();
        match expected {
            Expected::Value => byte.is_some_and(starts_value),
            Expected::ValueOrClose => byte.is_some_and(|byte| byte == b']' || starts_value(byte)),
            Expected::Key => byte == Some(b'"'),
            Expected::KeyOrClose => matches!(byte, Some(b'"' | b'}')),
            Expected::Colon => byte == Some(b':'),
            Expected::CommaOrClose { close, .. } => byte == Some(b',') || byte.map(char::from) == Some(close),
            Expected::End => byte.is_none(),
        }
    }

    /// A value that does not begin like one.
    #[cold]
    fn odd_value(&mut self, expected: Expected) -> Outcome<Node<'a>> {
        if self.pass(expected)? {
            return if self.peek() == Some(b']') { Err(Stop) } else { self.value(expected) };
        }
        let start = self.at;
        match self.peek() {
            None | Some(b',' | b']' | b'}') => Err(Stop),
            Some(b'\'') if self.is_quoted() => {
                let text = self.in_single_quotes()?;
                Ok(Node { span: Span::new(start, self.at), value: Value::String(text) })
            }
            _ => {
                self.skip();
                Ok(self.placeholder(start))
            }
        }
    }

    /// The value of a key that has none.
    #[cold]
    fn no_value(&mut self, stop: Stop) -> Outcome<Node<'a>> {
        self.go_on(stop)?;
        Ok(self.placeholder(self.at))
    }

    /// A member that does not begin with `"`.
    #[cold]
    fn odd_member(&mut self, expected: Expected) -> Outcome<Member<'a>> {
        if self.pass(expected)? {
            return self.quoted_member();
        }
        let start = self.at;
        if self.peek() == Some(b'\'') && self.is_quoted() {
            let key = self.in_single_quotes()?;
            return self.after_key(key, start);
        }
        if let Some(end) = self.word_key() {
            let key = self.text.get(start..end).unwrap_or_default();
            self.offer(Span::new(start, end), quoted(key));
            self.at = end;
            return self.after_key(Cow::Borrowed(key), start);
        }
        if !matches!(self.peek(), None | Some(b']' | b'}')) {
            self.skip();
        }
        Err(Stop)
    }

    fn quoted_member(&mut self) -> Outcome<Member<'a>> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(Stop);
        }
        let key = self.string()?;
        self.after_key(key, start)
    }

    /// What follows the key that began at `start` is not a colon.
    #[cold]
    fn odd_colon(&mut self, start: usize) -> Outcome<()> {
        if self.pass(Expected::Colon)? {
            self.at += 1;
            return Ok(());
        }
        if self.peek() == Some(b'=') {
            self.at += if self.bytes.get(self.at + 1) == Some(&b'>') { 2 } else { 1 };
            return Ok(());
        }
        // Perhaps it is not a key at all, but an entry of the value before.
        let comma = self.last_before(start);
        let value_end =
            if self.bytes.get(comma) == Some(&b',') { self.last_before(comma) + 1 } else { comma + 1 };
        if !matches!(self.peek(), None | Some(b',' | b']' | b'}')) {
            self.skip();
        }
        self.guess(Span::new(value_end.min(self.at), self.at));
        self.give_up();
        Err(Stop)
    }

    /// Something other than a comma or the closing bracket after an item. Answers whether the container ends.
    #[cold]
    fn odd_end(&mut self, ends: &Ends) -> Outcome<bool> {
        let expected = Expected::CommaOrClose { close: ends.close, open: ends.open };
        loop {
            if self.fits(expected) || self.pass(expected)? {
                let closes = self.peek() != Some(b',');
                self.at += 1;
                return Ok(closes);
            }
            match self.peek() {
                None => return Ok(true),
                Some(close @ (b']' | b'}')) => {
                    if self.closes_outer(close) {
                        return Ok(true);
                    }
                    self.at += 1;
                    self.give_up();
                }
                _ if self.begins_item(ends) => {
                    if self.is_key_of_outer(ends, self.at) {
                        return Ok(true);
                    }
                    self.offer_comma(ends);
                    self.quiet = 0;
                    return Ok(false);
                }
                Some(b':') if ends.last.is_some_and(|last| self.is_key_of_outer(ends, last.start)) => {
                    self.at = ends.last.map_or(self.at, |last| last.start);
                    self.quiet = self.at + 1;
                    return Ok(true);
                }
                _ => {
                    let start = ends.last.map_or(self.at, |last| last.start);
                    self.skip();
                    self.guess(Span::new(start, self.at));
                }
            }
            self.skip_space();
        }
    }

    fn begins_item(&self, ends: &Ends) -> bool {
        match self.peek() {
            Some(b'"') => true,
            Some(b'\'') => self.is_quoted(),
            Some(b'{' | b'[' | b'-' | b'0'..=b'9') => ends.close == ']',
            _ => ends.close == '}' && self.word_key().is_some(),
        }
    }

    /// Whether an array in an object is not closed before the object's next key, which is at `at`.
    fn is_key_of_outer(&self, ends: &Ends, at: usize) -> bool {
        let in_object = ends.outer.and_then(|outer| self.bytes.get(outer)) == Some(&b'{');
        ends.close == ']' && in_object && self.is_key(at)
    }

    /// Whether a string is at `at`, followed by a colon.
    fn is_key(&self, at: usize) -> bool {
        let Some(quote @ (b'"' | b'\'')) = self.bytes.get(at) else { return false };
        let Some(end) = self.closing(at, *quote) else { return false };
        let rest = self.bytes.get(end + 1..).unwrap_or_default();
        rest.trim_ascii_start().first() == Some(&b':')
    }

    /// The missing comma, right after the value before, where it is certain that nothing else is missing.
    fn offer_comma(&mut self, ends: &Ends) {
        let Some(last) = ends.last else { return };
        let apart = self.at > last.end && self.bytes.get(self.at - 1).is_some_and(u8::is_ascii_whitespace);
        let is_item = if ends.close == '}' { self.is_key(self.at) } else { self.peek() != Some(b'\'') };
        if apart && is_item && !self.guesses.iter().any(|guess| guess.end >= last.end) {
            self.offer(Span::at(last.end), ",".to_owned());
        }
    }

    /// Steps over a string in single quotes.
    fn in_single_quotes(&mut self) -> Outcome<Cow<'a, str>> {
        let (quote, known, kept) = (self.at, self.errors.len(), self.kept);
        self.at = string_end(self.bytes, quote + 1, b'\'');
        let text = self.escaped(quote, b'\'')?;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        let ends = matches!(rest.get(blank), None | Some(b',' | b':' | b']' | b'}' | b'\n'));
        if ends && known == self.errors.len() {
            self.kept = kept;
            self.offer(Span::new(quote, self.at), quoted(&text));
        } else {
            // An apostrophe may have ended it.
            self.guess(Span::new(quote, self.at));
        }
        Ok(Cow::Owned(text))
    }

    /// Whether the quote at hand has another on its line.
    fn is_quoted(&self) -> bool {
        self.closing(self.at, b'\'').is_some()
    }

    fn closing(&self, quote: usize, close: u8) -> Option<usize> {
        let mut at = string_end(self.bytes, quote + 1, close);
        loop {
            match self.bytes.get(at)? {
                byte if *byte == close => return Some(at),
                b'\n' | b'\r' => return None,
                b'\\' if self.bytes.get(at + 1).is_none_or(|byte| *byte != b'\n') => at += 2,
                _ => at += 1,
            }
            at = string_end(self.bytes, at, close);
        }
    }

    /// The end of a word with a colon after it.
    fn word_key(&self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let length = rest.find(|c| !is_word(c) && c != '-').unwrap_or(rest.len());
        let is_key = rest.get(length..)?.trim_start().starts_with(':');
        (length > 0 && is_key).then_some(self.at + length)
    }

    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at + rest.iter().take_while(|byte| **byte != b'\n').count()
    }

    /// Steps over what cannot be read: to the next comma or closing bracket, or to a line that begins an item.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b']' | b'}' if depth == 0 => break,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                b'"' => self.at = self.closing(self.at, b'"').unwrap_or_else(|| self.line_end() - 1),
                b'\n' => {
                    self.skip_space();
                    let begins = self.peek() == Some(b'"') || marker(self.text, self.at).is_some();
                    if begins && depth == 0 {
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.give_up();
    }

    fn placeholder(&mut self, start: usize) -> Node<'a> {
        let span = Span::new(start, self.at.max(start));
        self.guess(span);
        Node { span, value: Value::Null }
    }
}

/// Adds to a list of which most have one thing or none: a `Vec` alone would begin with room for four.
fn push<T>(list: &mut Vec<T>, thing: T) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(thing);
}

fn starts_value(byte: u8) -> bool {
    matches!(byte, b'"' | b'[' | b'{' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
}
