//! The grammar: arrays, objects and the three words, by recursive descent.

use std::borrow::Cow;

use super::MAX_DEPTH;
use super::duplicates;
use super::error::{Expected, JsonError, JsonErrorKind};
use super::node::{Member, Node, Value};
use crate::span::Span;

/// Room made for the root's members at once: halves the time a manifest takes.
const ROOT_MEMBERS: usize = 12;

/// Boxed, so that the common path moves small results about.
pub(super) type Outcome<T> = Result<T, Box<JsonError>>;

/// A text that was read to its end.
pub(super) struct Parsed<'a> {
    pub(super) root: Node<'a>,
    /// Whether any object has a key twice.
    pub(super) has_duplicates: bool,
    /// Whether any string is written with an escape.
    pub(super) has_escapes: bool,
}

/// The value of the whole text.
pub(super) fn parse(text: &str) -> Outcome<Parsed<'_>> {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        open: None,
        depth: 0,
        has_duplicates: false,
        has_escapes: false,
    };
    parser.skip_space();
    let root = parser.value(Expected::Value)?;
    parser.skip_space();
    if parser.at < parser.bytes.len() {
        return Err(parser.unexpected(Expected::End));
    }
    let Parser { has_duplicates, has_escapes, .. } = parser;
    Ok(Parsed { root, has_duplicates, has_escapes })
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// The opening bracket of the innermost container that is not closed yet.
    pub(super) open: Option<usize>,
    depth: usize,
    has_duplicates: bool,
    pub(super) has_escapes: bool,
}

impl<'a> Parser<'a> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The parser stands on the first byte of the value.
    #[inline]
    fn value(&mut self, expected: Expected) -> Outcome<Node<'a>> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            Some(b'[') => self.array()?,
            Some(b'{') => self.object()?,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word(b"true", Value::Bool(true), expected)?,
            Some(b'f') => self.word(b"false", Value::Bool(false), expected)?,
            Some(b'n') => self.word(b"null", Value::Null, expected)?,
            _ => return Err(self.unexpected(expected)),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn word(&mut self, word: &[u8], value: Value<'a>, expected: Expected) -> Outcome<Value<'a>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.strip_prefix(word) {
            // `nullable` and `trueé` are words of their own.
            Some([b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.., ..]) | None => {
                Err(self.unexpected(expected))
            }
            Some(_) => {
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn array(&mut self) -> Outcome<Value<'a>> {
        let outer = self.enter()?;
        let open = self.at - 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.peek() != Some(b']') {
            let mut expected = Expected::ValueOrClose;
            loop {
                entries.push(self.value(expected)?);
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return Err(self.unexpected(Expected::CommaOrClose { close: ']', open })),
                }
                self.skip_space();
                expected = Expected::Value;
            }
        }
        self.leave(outer);
        Ok(Value::Array(entries))
    }

    fn object(&mut self) -> Outcome<Value<'a>> {
        let outer = self.enter()?;
        let open = self.at - 1;
        let mut members = Vec::with_capacity(if self.depth == 1 { ROOT_MEMBERS } else { 0 });
        self.skip_space();
        if self.peek() != Some(b'}') {
            let mut expected = Expected::KeyOrClose;
            loop {
                members.push(self.member(expected)?);
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return Err(self.unexpected(Expected::CommaOrClose { close: '}', open })),
                }
                self.skip_space();
                expected = Expected::Key;
            }
            self.has_duplicates = self.has_duplicates || duplicates::present(&members);
        }
        self.leave(outer);
        Ok(Value::Object(members))
    }

    fn member(&mut self, expected: Expected) -> Outcome<Member<'a>> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        let key: Cow<'a, str> = self.string()?;
        let key_span = Span::new(start, self.at);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected(Expected::Colon));
        }
        self.at += 1;
        self.skip_space();
        Ok(Member { key, key_span, node: self.value(Expected::Value)? })
    }

    /// Steps over an opening bracket; answers what [`leave`](Self::leave) has to put back.
    fn enter(&mut self) -> Outcome<Option<usize>> {
        if self.depth == MAX_DEPTH {
            let kind = JsonErrorKind::TooDeep { limit: MAX_DEPTH };
            return Err(fault(kind, self.at, self.at + 1));
        }
        self.depth += 1;
        let outer = self.open.replace(self.at);
        self.at += 1;
        Ok(outer)
    }

    /// Steps over a closing bracket.
    fn leave(&mut self, outer: Option<usize>) {
        self.at += 1;
        self.depth -= 1;
        self.open = outer;
    }
}

#[cold]
pub(super) fn fault(kind: JsonErrorKind, start: usize, end: usize) -> Box<JsonError> {
    Box::new(JsonError { kind, span: Span::new(start, end) })
}
