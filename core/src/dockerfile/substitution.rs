//! Variables in a word: `$V`, `${V}`, `${V-x}`, `${V:-x}`, `${V+x}`, `${V:+x}`, `${V?}`, within quotes and words.
//!
//! Follows <https://github.com/moby/buildkit/blob/v0.30.0/frontend/dockerfile/shell/lex.go>.

use std::str::Chars;

use crate::text_map::TextMap;

/// The longest text, in bytes, that variables may make of a word; no image's name is longer.
const MAX_TEXT: usize = 4 << 10;

/// The most bytes of all variables of a file. More would let few bytes of a file fill the memory.
const MAX_VARIABLES: usize = 1 << 20;

/// How deep one `${` may be in another.
const MAX_DEPTH: u8 = 20;

/// What the build sets: <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>
const PLATFORM: [&str; 11] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];

/// What an `ARG` before the first `FROM` gives.
pub(super) enum Variable {
    /// Its default.
    Value(String),
    /// It has no default: the build is meant to set it.
    Unset,
    /// Its default depends on what only the build knows.
    Unknown,
}

/// Docker would reject the word.
pub(super) struct Malformed;

/// A text; `None` where only the build knows it.
type Text = Option<String>;

/// The variables that a `FROM` sees.
pub(super) struct Variables {
    variables: TextMap<Variable>,
    bytes: usize,
    pub(super) escape: char,
}

impl Default for Variables {
    fn default() -> Self {
        Self { variables: TextMap::new(), bytes: 0, escape: '\\' }
    }
}

impl Variables {
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.variables.get(name).is_some() || PLATFORM.contains(&name)
    }

    pub(super) fn set(&mut self, name: &str, variable: Variable) {
        let length = if let Variable::Value(value) = &variable { value.len() } else { 0 };
        self.bytes += length;
        let variable = if self.bytes > MAX_VARIABLES { Variable::Unknown } else { variable };
        self.variables.insert(name, variable);
    }

    /// The word as docker sees it.
    pub(super) fn expand(&self, word: &str) -> Result<Text, Malformed> {
        Expansion { variables: self, rest: word.chars(), depth: 0 }.until(None)
    }

    fn get(&self, name: &str) -> Option<&Variable> {
        match self.variables.get(name) {
            None if PLATFORM.contains(&name) => Some(&Variable::Unknown),
            found => found,
        }
    }
}

struct Expansion<'a> {
    variables: &'a Variables,
    rest: Chars<'a>,
    depth: u8,
}

impl Expansion<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    /// Reads up to `stop`, or to the end.
    fn until(&mut self, stop: Option<char>) -> Result<Text, Malformed> {
        let mut text = Some(String::new());
        loop {
            match self.rest.next() {
                None if stop.is_none() => return Ok(text),
                None => return Err(Malformed),
                c if c == stop => return Ok(text),
                Some('\'') => loop {
                    match self.rest.next() {
                        None => return Err(Malformed),
                        Some('\'') => break,
                        Some(c) => push(&mut text, c),
                    }
                },
                Some('"') => self.double_quoted(&mut text)?,
                Some('$') => self.dollar(&mut text)?,
                Some(c) if c == self.variables.escape => {
                    if let Some(c) = self.rest.next() {
                        push(&mut text, c);
                    }
                }
                Some(c) => push(&mut text, c),
            }
        }
    }

    fn double_quoted(&mut self, text: &mut Text) -> Result<(), Malformed> {
        let escape = self.variables.escape;
        loop {
            match self.rest.next() {
                None => return Err(Malformed),
                Some('"') => return Ok(()),
                Some('$') => self.dollar(text)?,
                Some(c) if c == escape => match self.peek() {
                    Some(next) if matches!(next, '"' | '$') || next == escape => {
                        self.rest.next();
                        push(text, next);
                    }
                    Some(_) => push(text, c),
                    None => {}
                },
                Some(c) => push(text, c),
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, text: &mut Text) -> Result<(), Malformed> {
        if self.peek() != Some('{') {
            match self.name() {
                name if name.is_empty() => push(text, '$'),
                name => append(text, self.value(&name)),
            }
            return Ok(());
        }
        self.rest.next();
        if matches!(self.peek(), None | Some('{' | '}' | ':')) || self.depth == MAX_DEPTH {
            return Err(Malformed);
        }
        let name = self.name();
        let (empty_counts, operator) = match self.rest.next() {
            Some('}') => {
                append(text, self.value(&name));
                return Ok(());
            }
            Some('/') => {
                self.inner('/')?;
                self.inner('}')?;
                *text = None;
                return Ok(());
            }
            Some(':') => (false, self.rest.next()),
            operator => (true, operator),
        };
        let word = self.inner('}')?;
        let variable = self.variables.get(&name);
        let is_empty = |value: &String| value.is_empty() && !empty_counts;
        match (operator, variable) {
            (Some('-'), None | Some(Variable::Unset)) => append_text(text, word),
            (Some('-'), Some(Variable::Value(value))) if is_empty(value) => append_text(text, word),
            (Some('+'), None | Some(Variable::Unset)) => {}
            (Some('+'), Some(Variable::Value(value))) if is_empty(value) => {}
            (Some('+'), Some(Variable::Value(_))) => append_text(text, word),
            (Some('?'), None) => return Err(Malformed),
            (Some('?'), Some(Variable::Value(value))) if is_empty(value) => return Err(Malformed),
            (Some('-' | '?'), Some(Variable::Value(value))) => append(text, Some(value)),
            (Some('-' | '+' | '?'), _) => *text = None,
            (Some('#' | '%'), _) if empty_counts => *text = None,
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn inner(&mut self, stop: char) -> Result<Text, Malformed> {
        self.depth += 1;
        let word = self.until(Some(stop));
        self.depth -= 1;
        word
    }

    /// A name, a number, or one of the shell's own signs.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            let is_first = name.is_empty();
            let is_number = name.starts_with(|c: char| c.is_ascii_digit());
            let is_sign = is_first && "@*#?-$!".contains(c);
            let goes_on = if is_number { c.is_ascii_digit() } else { c.is_alphanumeric() || c == '_' };
            if !goes_on && !is_sign {
                break;
            }
            name.push(c);
            self.rest.next();
            if is_sign {
                break;
            }
        }
        name
    }

    /// Without an `ARG` a variable is empty, whatever the build sets.
    fn value(&self, name: &str) -> Option<&str> {
        match self.variables.get(name) {
            None => Some(""),
            Some(Variable::Value(value)) => Some(value),
            Some(Variable::Unset | Variable::Unknown) => None,
        }
    }
}

fn push(text: &mut Text, c: char) {
    append(text, Some(c.encode_utf8(&mut [0; 4])));
}

fn append_text(text: &mut Text, more: Text) {
    append(text, more.as_deref());
}

fn append(text: &mut Text, more: Option<&str>) {
    match (text.as_mut(), more) {
        (Some(out), Some(more)) if out.len() + more.len() <= MAX_TEXT => out.push_str(more),
        _ => *text = None,
    }
}
