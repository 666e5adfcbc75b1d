//! What a backslash starts outside of a character class.

use super::cursor::Number;
use super::error::{Fault, RegexErrorKind};
use super::name::{self, Target};
use super::parser::Parser;
use super::properties;
use super::reference::{Call, Called, Need};
use super::tree::{GroupNumber, Kind, Referred, index};
use std::ops::Range;

/// The biggest number that may be a backreference rather than an octal escape.
const BACKREFERENCE_LIMIT: u32 = 1000;

impl Parser<'_> {
    /// Reads the escape whose backslash at `start` is before the cursor.
    pub(super) fn escape(&mut self, start: usize) -> Result<(), Fault> {
        let Some(letter) = self.cursor.bump() else {
            return Err(Fault::new(RegexErrorKind::EscapeAtEnd, start..self.cursor.at));
        };
        match letter {
            'b' | 'B' | 'A' | 'G' | 'K' => self.item(Kind::Anchor { at_end: false }, start),
            'Z' | 'z' => self.item(Kind::Anchor { at_end: true }, start),
            'R' | 'X' => self.item(Kind::Cluster, start),
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
        let count = self.pattern.groups.len() - 1;
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
        let target = name::reference_with_level(&mut self.cursor, close)?;
        let place = from..self.cursor.at - 1;
        match target {
            Target::Number(number) => {
                let number = self.absolute(number, place)?;
                self.refer(u32::try_from(number).unwrap_or(u32::MAX), start);
            }
            Target::Name(name) => {
                let name = self.known_name(name, place)?;
                let names = &self.pattern.names;
                let referred = if names.is_open(name) {
                    Referred::Open
                } else {
                    Referred::Name { name: index(name), count: index(names.groups(name).len()) }
                };
                self.item(Kind::Backreference(referred), start);
            }
        }
        Ok(())
    }

    /// Adds a backreference to a group by its number.
    fn refer(&mut self, number: GroupNumber, start: usize) {
        let group = self.pattern.groups.get(number as usize);
        let open = group.is_some_and(|group| group.node.is_none());
        let referred = if open { Referred::Open } else { Referred::Number(number) };
        self.item(Kind::Backreference(referred), start);
        let place = (start, self.cursor.at);
        self.pattern.needs.push(Need { number: number.into(), by_name: false, place });
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
        let target = name::reference(&mut self.cursor, close)?;
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
        let call = index(self.pattern.calls.len());
        let place = (start, self.cursor.at);
        self.pattern.calls.push(Call { called, from: self.group, place });
        self.item(Kind::Call(call), start);
    }

    fn group_count(&self) -> i64 {
        i64::try_from(self.pattern.groups.len() - 1).unwrap_or(i64::MAX)
    }

    /// Counts a negative number back from the group that was opened last.
    pub(super) fn absolute(&self, number: i64, place: Range<usize>) -> Result<i64, Fault> {
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
    pub(super) fn known_name(&self, name: &str, place: Range<usize>) -> Result<usize, Fault> {
        let undefined = || RegexErrorKind::UndefinedName { name: name.to_owned() };
        self.pattern.names.find(name).ok_or_else(|| Fault::new(undefined(), place))
    }
}
