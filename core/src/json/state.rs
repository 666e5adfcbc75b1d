//! What the parser knows while it reads: where it is, what is open, which faults it has noted and what is a guess.
//!
//! One parser, two modes: the strict one ends at the first fault, the recovering one notes it and reads on. Both meet the
//! first fault in the same code, so it is the same in both.

use super::error::{JsonError, JsonErrorKind};
use crate::span::Span;

/// The most faults of one text that are reported.
pub const MAX_ERRORS: usize = 20;

/// More guesses than this become one.
const MAX_GUESSES: usize = 64;

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
    pub(super) depth: usize,
    /// How many of the containers that are not closed yet are objects.
    pub(super) objects: usize,
    pub(super) has_duplicates: bool,
    pub(super) has_escapes: bool,
    /// Whether to read on after a fault.
    pub(super) recovers: bool,
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

    /// After an entry that is not there; the strict parser ends.
    #[cold]
    pub(super) fn go_on(&mut self, stop: Stop) -> Outcome<()> {
        if self.stopped { Err(stop) } else { Ok(()) }
    }

    /// Gives the last fault its fix, where that fault was kept.
    pub(super) fn offer(&mut self, span: Span, text: String) {
        if let Some(error) = self.errors.last_mut().filter(|_| self.kept) {
            error.fix = Some(Box::new((span, text)));
        }
    }

    /// Something is lost; what comes next may look odd because of it.
    pub(super) fn give_up(&mut self) {
        self.lost = true;
        self.skip_space();
        self.quiet = self.quiet.max(self.at + 1);
    }

    /// This span of the text is not certain.
    pub(super) fn guess(&mut self, span: Span) {
        let is_full = self.guesses.len() >= MAX_GUESSES;
        match self.guesses.last_mut().filter(|_| is_full) {
            Some(last) => *last = Span::new(last.start.min(span.start), last.end.max(span.end)),
            None => self.guesses.push(span),
        }
    }

    pub(super) fn is_in_array(&self) -> bool {
        self.open.and_then(|open| self.bytes.get(open)) == Some(&b'[')
    }

    /// The offset of the last byte before this place that is not white space.
    pub(super) fn last_before(&self, at: usize) -> usize {
        let before = self.bytes.get(..at).unwrap_or_default();
        before.trim_ascii_end().len().saturating_sub(1)
    }
}
