//! The lines of a Dockerfile: directives at its top, instructions over several lines, comments, and here-documents,
//! whose lines are not the Dockerfile's.
//!
//! <https://docs.docker.com/reference/dockerfile/#here-documents>

use std::collections::VecDeque;
use std::ops::Range;

use super::fault::{DockerfileFault, DockerfileFaultKind};
use crate::escape::escaped;
use crate::span::Span;

/// A Dockerfile's instructions.
pub(super) struct Lines {
    pub(super) instructions: Vec<Instruction>,
    pub(super) faults: Vec<DockerfileFault>,
    /// `\`, or what `# escape=` says.
    pub(super) escape: char,
}

/// An instruction on one line. Continued lines are joined with nothing between them, so a word can go on in the next.
#[derive(Default)]
pub(super) struct Instruction {
    text: Vec<u8>,
    /// Where the parts of the text begin: there, and in the file.
    parts: Vec<(usize, usize)>,
}

/// A word and its place in the file.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}

/// Takes a Dockerfile apart.
pub(super) fn read(bytes: &[u8]) -> Lines {
    let mut lines = Lines { instructions: Vec::new(), faults: Vec::new(), escape: '\\' };
    let mut directives = Some(Vec::new());
    let mut open: Option<Instruction> = None;
    let mut here_documents: VecDeque<HereDocument> = VecDeque::new();
    let mut offset = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let mut at = offset;
        offset += line.len();
        if let Some(first) = here_documents.front() {
            if first.is_ended_by(line) {
                here_documents.pop_front();
            }
            continue;
        }
        let mut line = without_end(line);
        if at == 0 && line.starts_with(b"\xef\xbb\xbf") {
            (line, at) = (line.get(3..).unwrap_or_default(), 3);
        }
        let trimmed = trimmed_start(line);
        if let Some(seen) = &mut directives
            && !lines.directive(trimmed, at + line.len() - trimmed.len(), seen)
        {
            directives = None;
        }
        if trimmed.starts_with(b"#") || trimmed.is_empty() {
            continue;
        }
        if open.is_none() {
            at += line.len() - trimmed.len();
            line = trimmed;
        }
        let continued = continued(line, lines.escape);
        let instruction = open.get_or_insert_default();
        instruction.parts.push((instruction.text.len(), at));
        instruction.text.extend_from_slice(continued.unwrap_or(line));
        if continued.is_none()
            && let Some(instruction) = open.take()
        {
            here_documents = opened_here_documents(&instruction);
            lines.instructions.push(instruction);
        }
    }
    lines.instructions.extend(open);
    if let Some(HereDocument { end, word, .. }) = here_documents.pop_front() {
        let kind = DockerfileFaultKind::OpenHereDocument(escaped(&end).into_owned());
        lines.faults.push(DockerfileFault { kind, span: Some(word.span) });
    }
    lines
}

impl Lines {
    /// Reads `# name=value`; `false` for any other line, so that no more follow.
    /// <https://docs.docker.com/reference/dockerfile/#parser-directives>
    fn directive(&mut self, line: &[u8], at: usize, seen: &mut Vec<String>) -> bool {
        let text = String::from_utf8_lossy(line);
        let Some((name, value)) = text.strip_prefix('#').and_then(|rest| rest.split_once('=')) else {
            return false;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if !["syntax", "escape", "check"].contains(&name.as_str()) || value.is_empty() {
            return false;
        }
        let fault = match (name.as_str(), value) {
            (name, _) if seen.iter().any(|one| one == name) => {
                Some(DockerfileFaultKind::RepeatedDirective(name.to_owned()))
            }
            ("escape", "`") => {
                self.escape = '`';
                None
            }
            ("escape", other) if other != "\\" => {
                Some(DockerfileFaultKind::EscapeCharacter(escaped(other).into_owned()))
            }
            _ => None,
        };
        let span = Some(Span::new(at, at + line.len()));
        self.faults.extend(fault.map(|kind| DockerfileFault { kind, span }));
        seen.push(name);
        true
    }
}

impl Instruction {
    /// Its first word.
    pub(super) fn name(&self) -> Option<Word> {
        let start = self.text.iter().position(|byte| !is_space(*byte))?;
        let length = self.text.iter().skip(start).position(|byte| is_space(*byte));
        Some(self.word(start..length.map_or(self.text.len(), |length| start + length)))
    }

    /// Its words, whatever quotes they have.
    pub(super) fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        let mut at = 0;
        for word in self.text.split(|byte| is_space(*byte)) {
            if !word.is_empty() {
                words.push(self.word(at..at + word.len()));
            }
            at += word.len() + 1;
        }
        words
    }

    /// Its words, quotes and escape characters kept; a space in quotes is a part of a word. `false` where a quote is
    /// open at the end.
    pub(super) fn shell_words(&self, escape: char) -> (Vec<Word>, bool) {
        let mut words = Vec::new();
        let mut start = None;
        let mut quote = None;
        let mut is_escaped = false;
        for (at, byte) in self.text.iter().copied().enumerate() {
            if quote.is_none() && !is_escaped && is_space(byte) {
                words.extend(start.take().map(|start| self.word(start..at)));
                continue;
            }
            start.get_or_insert(at);
            if is_escaped {
                is_escaped = false;
            } else if char::from(byte) == escape && quote != Some(b'\'') {
                is_escaped = true;
            } else if quote == Some(byte) {
                quote = None;
            } else if quote.is_none() && matches!(byte, b'\'' | b'"') {
                quote = Some(byte);
            }
        }
        words.extend(start.map(|start| self.word(start..self.text.len())));
        (words, quote.is_none())
    }

    pub(super) fn has_here_document_sign(&self) -> bool {
        self.text.windows(2).any(|pair| pair == b"<<")
    }

    fn word(&self, range: Range<usize>) -> Word {
        let span = Span::new(self.place(range.start), self.place(range.end.saturating_sub(1)) + 1);
        let text = self.text.get(range).unwrap_or_default();
        Word { text: String::from_utf8_lossy(text).into_owned(), span }
    }

    /// Where a byte of the text is in the file.
    fn place(&self, at: usize) -> usize {
        let after = self.parts.partition_point(|(start, _)| *start <= at);
        self.parts.get(after.saturating_sub(1)).map_or(0, |(start, place)| place + at - start)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// Without the white space at its beginning; that of Unicode too, as docker has it.
fn trimmed_start(line: &[u8]) -> &[u8] {
    let text = line.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    line.get(text.len() - text.trim_start().len()..).unwrap_or_default()
}

/// The line without the escape character that continues it. Two of them continue nothing:
/// <https://github.com/moby/buildkit/blob/v0.30.0/frontend/dockerfile/parser/parser.go#L160>
fn continued(line: &[u8], escape: char) -> Option<&[u8]> {
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'))?;
    let (before, last) = (line.get(..end)?, line.get(end)?);
    let is_escape = |byte: &u8| char::from(*byte) == escape;
    (is_escape(last) && !before.last().is_some_and(is_escape)).then_some(before)
}

fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    line.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
}

/// A `<<END`: the lines up to `END` are not the Dockerfile's.
struct HereDocument {
    end: String,
    /// Written `<<-`: tabs before the end do not count.
    is_indented: bool,
    /// The word that opens it.
    word: Word,
}

impl HereDocument {
    fn is_ended_by(&self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let line = if self.is_indented { line.trim_start_matches('\t') } else { line };
        line == self.end
    }
}

/// The here-documents that an instruction opens, in order.
fn opened_here_documents(instruction: &Instruction) -> VecDeque<HereDocument> {
    if !instruction.has_here_document_sign() || !may_open(instruction) {
        return VecDeque::new();
    }
    // `\` escapes here whatever the file's escape character is. An open quote ends docker's search for words, and it
    // finds no here-document: https://github.com/moby/buildkit/blob/v0.30.0/frontend/dockerfile/parser/parser.go#L480
    let (words, is_closed) = instruction.shell_words('\\');
    let mut documents = VecDeque::new();
    let mut words = words.into_iter().filter(|_| is_closed);
    while let Some(mut word) = words.next() {
        if without_digits(&word.text) == "<<"
            && let Some(name) = words.next()
        {
            word.text.push_str(&name.text);
            word.span.end = name.span.end;
        }
        documents.extend(here_document(word));
    }
    documents
}

fn may_open(instruction: &Instruction) -> bool {
    let is_one_of = |name: &str| ["RUN", "COPY", "ADD"].iter().any(|one| name.eq_ignore_ascii_case(one));
    match instruction.name() {
        Some(name) if name.text.eq_ignore_ascii_case("ONBUILD") => {
            instruction.words().get(1).is_some_and(|word| is_one_of(&word.text))
        }
        name => name.is_some_and(|name| is_one_of(&name.text)),
    }
}

fn without_digits(word: &str) -> &str {
    word.trim_start_matches(|c: char| c.is_ascii_digit())
}

/// `3<<-"NAME"`
fn here_document(word: Word) -> Option<HereDocument> {
    let name = without_digits(&word.text).strip_prefix("<<")?;
    let (is_indented, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
    if name.contains('<') {
        return None;
    }
    let end = unquoted(name);
    (!end.is_empty()).then_some(HereDocument { end, is_indented, word })
}

fn unquoted(name: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut characters = name.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            '\\' if quote != Some('\'') => out.extend(characters.next()),
            c => out.push(c),
        }
    }
    out
}
