//! Reads the grammar of a pattern: characters, groups, alternatives, quantifiers and escapes outside of classes.
//!
//! After `fetch_token`, `parse_enclose` and `parse_exp` in
//! <https://github.com/k-takata/Onigmo/blob/master/regparse.c>, with `ONIG_SYNTAX_RUBY` of
//! <https://github.com/k-takata/Onigmo/blob/master/regsyntax.c>; the syntax in words:
//! <https://github.com/k-takata/Onigmo/blob/master/doc/RE>.

use crate::builder::{Builder, DEPTH_LIMIT, GroupKind};
use crate::class::Classes;
use crate::cursor::{Cursor, Number, is_digit};
use crate::error::{Fault, RegexErrorKind};
use crate::pattern::{Call, Called, NumberReference, Pattern};
use crate::properties;
use crate::source::Source;
use crate::token::{self, Target};
use crate::tree::{GroupNumber, Look, NodeKind, Referred, index};
use std::ops::Range;

/// The biggest number that may be a backreference rather than an octal escape.
const BACKREFERENCE_LIMIT: u32 = 1000;

struct Parser<'t> {
    cursor: Cursor<'t>,
    builder: Builder<'t>,
    classes: Classes,
}

/// Reads the whole text.
pub(crate) fn parse(source: &Source) -> Result<Pattern, Fault> {
    let text = source.text.as_str();
    let mut parser =
        Parser { cursor: Cursor::new(text), builder: Builder::new(text), classes: Classes::default() };
    loop {
        let start = parser.cursor.at;
        let Some(next) = parser.cursor.bump() else { break };
        parser.step(next, start)?;
    }
    parser.builder.finish()
}

impl Parser<'_> {
    fn step(&mut self, next: char, start: usize) -> Result<(), Fault> {
        match next {
            '\\' => self.escape(start)?,
            '(' => self.open(start)?,
            ')' => self.builder.close(start..self.cursor.at)?,
            '|' => self.builder.branch(start..self.cursor.at),
            '[' => self.class(start)?,
            '^' | '$' => self.item(NodeKind::Anchor { at_end: false }, start),
            '*' | '+' | '?' => {
                let quantifier = token::quantifier_sign(&mut self.cursor, next);
                self.builder.quantify(&quantifier, start..self.cursor.at)?;
            }
            '{' => match token::interval(&mut self.cursor, start)? {
                Some(quantifier) => self.builder.quantify(&quantifier, start..self.cursor.at)?,
                None => self.character(start),
            },
            '#' if self.builder.options.extended => {
                let rest = self.cursor.rest();
                self.cursor.at += rest.find('\n').map_or(rest.len(), |at| at + 1);
            }
            ' ' | '\t' | '\n' | '\r' | '\x0C' if self.builder.options.extended => {}
            _ => self.character(start),
        }
        Ok(())
    }

    /// Adds one character that starts at `start` and ends at the cursor.
    fn character(&mut self, start: usize) {
        self.builder.character(start..self.cursor.at);
    }

    /// Adds a node that starts at `start` and ends at the cursor.
    fn item(&mut self, kind: NodeKind, start: usize) {
        self.builder.item(kind, start..self.cursor.at);
    }

    fn class(&mut self, start: usize) -> Result<(), Fault> {
        self.classes.read(&mut self.cursor, self.builder.room(), DEPTH_LIMIT)?;
        self.character(start);
        Ok(())
    }

    /// Reads the head of the group whose parenthesis at `start` is before the cursor.
    fn open(&mut self, start: usize) -> Result<(), Fault> {
        if !self.cursor.eat('?') {
            return self.builder.capture(None, start..self.cursor.at);
        }
        let Some(letter) = self.cursor.bump() else { return self.head_at_end(start) };
        match letter {
            '#' => self.comment(start),
            ':' => self.builder.enter(GroupKind::Plain, start..self.cursor.at),
            '=' | '!' => self.builder.enter(GroupKind::Look(Look::Ahead), start..self.cursor.at),
            '>' => self.builder.enter(GroupKind::Atomic, start..self.cursor.at),
            '~' => self.builder.enter(GroupKind::Absent, start..self.cursor.at),
            '<' if self.cursor.eat('=') => {
                self.builder.enter(GroupKind::Look(Look::Behind), start..self.cursor.at)
            }
            '<' if self.cursor.eat('!') => {
                self.builder.enter(GroupKind::Look(Look::NotBehind), start..self.cursor.at)
            }
            '<' => self.named(start, '>'),
            '\'' => self.named(start, '\''),
            '(' => self.condition_head(start),
            '-' | 'i' | 'm' | 'x' | 'a' | 'd' | 'u' => self.options(start, letter),
            _ => self.unknown_kind(start),
        }
    }

    fn comment(&mut self, start: usize) -> Result<(), Fault> {
        loop {
            match self.cursor.bump() {
                Some('\\') => _ = self.cursor.bump(),
                Some(')') => return Ok(()),
                Some(_) => {}
                None => {
                    return Err(Fault::new(RegexErrorKind::UnclosedComment, start..start + 1));
                }
            }
        }
    }

    fn named(&mut self, start: usize, close: char) -> Result<(), Fault> {
        if self.cursor.peek().is_none() {
            return self.head_at_end(start);
        }
        let name = token::group_name(&mut self.cursor, close)?;
        self.builder.capture(Some(name), start..self.cursor.at)
    }

    /// `(?(1)…)`, `(?(<name>)…)` or `(?('name')…)`.
    fn condition_head(&mut self, start: usize) -> Result<(), Fault> {
        let from = self.cursor.at;
        let close = match self.cursor.peek() {
            Some('<') => Some('>'),
            Some('\'') => Some('\''),
            Some(digit) if is_digit(digit) => None,
            Some(_) => {
                return Err(Fault::new(RegexErrorKind::ConditionSyntax, start + 2..from));
            }
            None => return self.head_at_end(start),
        };
        let number = match close {
            None => match token::reference(&mut self.cursor, ')')? {
                Target::Number(number) => number,
                Target::Name(_) => 0,
            },
            Some(close) => {
                self.cursor.bump();
                let at = self.cursor.at;
                let target = token::reference_with_level(&mut self.cursor, close)?;
                let end = self.cursor.at;
                let number = match target {
                    Target::Number(number) => self.absolute(number, at..end - 1)?,
                    Target::Name(name) => self.known_name(name, at..end - 1).map(|_| 0)?,
                };
                if !self.cursor.eat(')') {
                    return self.unknown_kind(start);
                }
                number
            }
        };
        let place = (from, self.cursor.at - 1);
        if number > 0 {
            self.builder.pattern.number_references.push(NumberReference {
                number,
                by_name: close.is_some(),
                place,
            });
        }
        self.builder.enter(GroupKind::Condition, start..self.cursor.at)
    }

    /// `(?imx-imx)` up to the end of the group around, or `(?imx-imx:…)`.
    fn options(&mut self, start: usize, first: char) -> Result<(), Fault> {
        let mut off = false;
        let mut options = self.builder.options;
        let mut letter = first;
        loop {
            match letter {
                ':' | ')' => {
                    let to_end = letter == ')';
                    self.builder.enter(
                        if to_end { GroupKind::OptionsToEnd } else { GroupKind::Options },
                        start..self.cursor.at,
                    )?;
                    self.builder.options = options;
                    return Ok(());
                }
                '-' => off = true,
                'x' => options.extended = !off,
                'i' => options.ignore_case = !off,
                'm' => {}
                'a' | 'd' | 'u' if !off => {}
                _ => return self.unknown_kind(start),
            }
            let Some(next) = self.cursor.bump() else { return self.head_at_end(start) };
            letter = next;
        }
    }

    fn head_at_end(&self, start: usize) -> Result<(), Fault> {
        Err(Fault::new(RegexErrorKind::GroupHeadAtEnd, start..self.cursor.at))
    }

    fn unknown_kind(&self, start: usize) -> Result<(), Fault> {
        Err(Fault::new(RegexErrorKind::UnknownGroupKind, start..self.cursor.at))
    }

    /// Reads the escape whose backslash at `start` is before the cursor.
    fn escape(&mut self, start: usize) -> Result<(), Fault> {
        let Some(letter) = self.cursor.bump() else {
            return Err(Fault::new(RegexErrorKind::EscapeAtEnd, start..self.cursor.at));
        };
        match letter {
            'b' | 'B' | 'A' | 'G' | 'K' => self.item(NodeKind::Anchor { at_end: false }, start),
            'Z' | 'z' => self.item(NodeKind::Anchor { at_end: true }, start),
            'R' | 'X' => self.item(NodeKind::Cluster, start),
            'k' => match self.quote() {
                Some(close) => self.backreference(start, close)?,
                None => self.character(start),
            },
            'g' => match self.quote() {
                Some(close) => self.call(start, close)?,
                None => self.character(start),
            },
            'p' | 'P' if self.cursor.eat('{') => {
                properties::read(&mut self.cursor, start)?;
                self.character(start);
            }
            'x' => {
                self.cursor.code(2, 16);
                self.character(start);
            }
            '1'..='9' => self.number(start, letter),
            _ => self.character(start),
        }
        Ok(())
    }

    /// Steps over the quote that opens a name, and gives the one that closes it.
    fn quote(&mut self) -> Option<char> {
        if self.cursor.eat('<') { Some('>') } else { self.cursor.eat('\'').then_some('\'') }
    }

    /// A backreference, or an octal escape if there are not so many groups.
    fn number(&mut self, start: usize, first: char) {
        let behind_first = self.cursor.at;
        self.cursor.at = start + 1;
        let count = self.builder.pattern.groups.len() - 1;
        match self.cursor.number() {
            Number::Value(number)
                if number <= BACKREFERENCE_LIMIT && (number <= 9 || number as usize <= count) =>
            {
                self.refer(number, start);
            }
            _ if matches!(first, '8' | '9') => {
                self.cursor.at = behind_first;
                self.character(start);
            }
            _ => {
                self.cursor.at = start + 1;
                self.cursor.code(3, 8);
                self.character(start);
            }
        }
    }

    fn backreference(&mut self, start: usize, close: char) -> Result<(), Fault> {
        let from = self.cursor.at;
        let target = token::reference_with_level(&mut self.cursor, close)?;
        let place = from..self.cursor.at - 1;
        match target {
            Target::Number(number) => {
                let number = self.absolute(number, place)?;
                self.refer(u32::try_from(number).unwrap_or(u32::MAX), start);
            }
            Target::Name(name) => {
                let name = self.known_name(name, place)?;
                let names = &self.builder.pattern.names;
                let referred = if names.is_open(name) {
                    Referred::Open
                } else {
                    Referred::Name { name: index(name), count: index(names.groups(name).len()) }
                };
                self.item(NodeKind::Backreference(referred), start);
            }
        }
        Ok(())
    }

    /// Adds a backreference to a group by its number.
    fn refer(&mut self, number: GroupNumber, start: usize) {
        let group = self.builder.pattern.groups.get(number as usize);
        let open = group.is_some_and(|group| group.node.is_none());
        let referred = if open { Referred::Open } else { Referred::Number(number) };
        self.item(NodeKind::Backreference(referred), start);
        let place = (start, self.cursor.at);
        self.builder.pattern.number_references.push(NumberReference {
            number: number.into(),
            by_name: false,
            place,
        });
    }

    fn call(&mut self, start: usize, close: char) -> Result<(), Fault> {
        let mut relative = false;
        let mut from = self.cursor.at;
        // A zero in front of anything else is skipped, whatever follows.
        if self.cursor.eat('0') {
            if self.cursor.eat(close) {
                self.add_call(Called::Number(0), start);
                return Ok(());
            }
            from += 1;
        } else if self.cursor.eat('+') {
            relative = true;
            from += 1;
        }
        let target = token::reference(&mut self.cursor, close)?;
        let called = match target {
            Target::Number(number) if number < 0 => {
                Called::Number(self.absolute(number, from..self.cursor.at - 1)?)
            }
            Target::Number(number) if relative => Called::Number(self.group_count() + number),
            Target::Number(number) => Called::Number(number),
            // Ruby takes a name behind a plus for the number one.
            Target::Name(_) if relative => Called::Number(self.group_count() + 1),
            Target::Name(_) => Called::Name(from, self.cursor.at - 1),
        };
        self.add_call(called, start);
        Ok(())
    }

    fn add_call(&mut self, called: Called, start: usize) {
        let call = index(self.builder.pattern.calls.len());
        let place = (start, self.cursor.at);
        self.builder.pattern.calls.push(Call { called, from: self.builder.group, place });
        self.item(NodeKind::Call(call), start);
    }

    fn group_count(&self) -> i64 {
        i64::try_from(self.builder.pattern.groups.len() - 1).unwrap_or(i64::MAX)
    }

    /// Counts a negative number back from the group that was opened last.
    fn absolute(&self, number: i64, place: Range<usize>) -> Result<i64, Fault> {
        if number > 0 {
            return Ok(number);
        }
        let absolute = self.group_count() + 1 + number;
        if absolute > 0 {
            return Ok(absolute);
        }
        Err(Fault::new(RegexErrorKind::UndefinedGroup { number }, place))
    }

    /// The index of a name that is borne by a group opened so far.
    fn known_name(&self, name: &str, place: Range<usize>) -> Result<usize, Fault> {
        let undefined = || RegexErrorKind::UndefinedName { name: name.to_owned() };
        self.builder.pattern.names.find(name).ok_or_else(|| Fault::new(undefined(), place))
    }
}
