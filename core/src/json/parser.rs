//! The grammar: arrays, objects and the three words, by recursive descent.
//!
//! One parser, two modes: the strict one ends at the first fault, the recovering one notes it and reads on
//! (`recovery.rs`). Both meet the first fault in the same code, so it is the same in both.

use std::borrow::Cow;

use super::duplicates;
use super::error::{Expected, JsonError, JsonErrorKind};
use super::node::{Member, Node, Value};
use super::recovery::Ends;
use super::{MAX_DEPTH, MAX_ERRORS};
use crate::order::FEW;
use crate::span::Span;

/// Room made for the root's members at once: halves the time a manifest takes.
const ROOT_MEMBERS: usize = 12;

/// There is nothing to read here. Why is among the parser's errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop;

pub(super) type Outcome<T> = Result<T, Stop>;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// The opening bracket of the innermost container that is not closed yet.
    pub(super) open: Option<usize>,
    depth: usize,
    /// How many of the containers that are not closed yet are objects.
    objects: usize,
    pub(super) has_duplicates: bool,
    pub(super) has_escapes: bool,
    /// Whether to read on after a fault.
    recovers: bool,
    /// Whether reading has ended for good.
    pub(super) stopped: bool,
    pub(super) errors: Vec<JsonError>,
    /// The most errors that are kept.
    pub(super) max_errors: usize,
    /// Whether the last error was kept.
    pub(super) kept: bool,
    /// Faults before this place follow from one that is noted.
    pub(super) quiet: usize,
    /// Whether something of the text is not in the tree.
    pub(super) lost: bool,
    /// Whether the text ended before its containers did.
    pub(super) unclosed: bool,
    /// Whether there are conflict markers.
    pub(super) conflict: bool,
    /// Where values are guesses.
    pub(super) guesses: Vec<Span>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, recovers: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            open: None,
            depth: 0,
            objects: 0,
            has_duplicates: false,
            has_escapes: false,
            recovers,
            stopped: false,
            errors: Vec::new(),
            max_errors: MAX_ERRORS,
            kept: false,
            quiet: 0,
            lost: false,
            unclosed: false,
            conflict: false,
            guesses: Vec::new(),
        }
    }

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

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The parser stands on the first byte of the value.
    #[inline]
    pub(super) fn value(&mut self, expected: Expected) -> Outcome<Node<'a>> {
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

    /// Steps over a word, where it stands here.
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
            self.has_duplicates = self.has_duplicates || !are_put_in_order && duplicates::present(&members);
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
    pub(super) fn after_key(&mut self, key: Cow<'a, str>, start: usize) -> Outcome<Member<'a>> {
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

    /// Whether a container around the innermost is closed by this bracket.
    pub(super) fn closes_outer(&self, close: u8) -> bool {
        let inner = self.open.and_then(|open| self.bytes.get(open));
        let (objects, inner) = (self.objects, usize::from(inner == Some(&b'{')));
        if close == b'}' { objects > inner } else { self.depth - objects > 1 - inner }
    }

    /// Notes a fault. The strict parser stops at it.
    #[cold]
    pub(super) fn note(&mut self, error: JsonError) -> Outcome<()> {
        self.stopped = !self.recovers;
        let follows = match error.kind {
            JsonErrorKind::Comment { .. } | JsonErrorKind::ConflictMarker { .. } => false,
            JsonErrorKind::Unexpected { .. } | JsonErrorKind::Unclosed { .. } if self.conflict => true,
            _ => self.at < self.quiet,
        };
        self.kept = !follows && self.errors.len() < self.max_errors;
        if self.kept {
            self.errors.push(error);
        }
        self.quiet = self.quiet.max(self.at + 1);
        if self.stopped { Err(Stop) } else { Ok(()) }
    }

    #[cold]
    pub(super) fn fault(&mut self, kind: JsonErrorKind, start: usize, end: usize) -> Outcome<()> {
        self.note(JsonError::new(kind, start, end))
    }
}

/// Adds to a list of which most have one thing or none: a `Vec` alone would begin with room for four.
fn push<T>(list: &mut Vec<T>, thing: T) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(thing);
}
