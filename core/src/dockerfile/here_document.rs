//! The here-documents of `RUN`, `COPY` and `ADD`, also under `ONBUILD`: their lines are not the Dockerfile's.

use std::collections::VecDeque;

use super::lines::{Instruction, Word};

/// A `<<END`: the lines up to `END` are not the Dockerfile's.
pub(super) struct HereDocument {
    pub(super) end: String,
    /// Written `<<-`: tabs before the end do not count.
    is_indented: bool,
    /// The word that opens it.
    pub(super) word: Word,
}

impl HereDocument {
    pub(super) fn is_ended_by(&self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let line = if self.is_indented { line.trim_start_matches('\t') } else { line };
        line == self.end
    }
}

/// The here-documents that an instruction opens, in order.
pub(super) fn opened_by(instruction: &Instruction) -> VecDeque<HereDocument> {
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
        documents.extend(read(word));
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
fn read(word: Word) -> Option<HereDocument> {
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
