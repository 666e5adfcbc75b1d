//! What a parenthesis opens.

use super::error::{Fault, RegexErrorKind};
use super::name::{self, Target};
use super::parser::{Around, Parser};
use super::reference::Need;
use super::tree::Look;

impl Parser<'_> {
    /// Reads the head of the group whose parenthesis at `start` is before the cursor.
    pub(super) fn open(&mut self, start: usize) -> Result<(), Fault> {
        if !self.cursor.eat('?') {
            return self.capture(None, start);
        }
        let Some(letter) = self.cursor.bump() else { return self.head_at_end(start) };
        match letter {
            '#' => self.comment(start),
            ':' => self.enter(Around::Plain, start),
            '=' | '!' => self.enter(Around::Look(Look::Ahead), start),
            '>' => self.enter(Around::Atomic, start),
            '~' => self.enter(Around::Absent, start),
            '<' if self.cursor.eat('=') => self.enter(Around::Look(Look::Behind), start),
            '<' if self.cursor.eat('!') => self.enter(Around::Look(Look::NotBehind), start),
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
        let name = name::definition(&mut self.cursor, close)?;
        self.capture(Some(name), start)
    }

    /// `(?(1)…)`, `(?(<name>)…)` or `(?('name')…)`.
    fn condition_head(&mut self, start: usize) -> Result<(), Fault> {
        let from = self.cursor.at;
        let close = match self.cursor.peek() {
            Some('<') => Some('>'),
            Some('\'') => Some('\''),
            Some(digit) if super::cursor::is_digit(digit) => None,
            Some(_) => {
                return Err(Fault::new(RegexErrorKind::ConditionSyntax, start + 2..from));
            }
            None => return self.head_at_end(start),
        };
        let number = match close {
            None => match name::reference(&mut self.cursor, ')')? {
                Target::Number(number) => number,
                Target::Name(_) => 0,
            },
            Some(close) => {
                self.cursor.bump();
                let at = self.cursor.at;
                let target = name::reference_with_level(&mut self.cursor, close)?;
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
            self.pattern.needs.push(Need { number, by_name: close.is_some(), place });
        }
        self.enter(Around::Condition, start)
    }

    /// `(?imx-imx)` up to the end of the group around, or `(?imx-imx:…)`.
    fn options(&mut self, start: usize, first: char) -> Result<(), Fault> {
        let mut off = false;
        let mut options = self.options;
        let mut letter = first;
        loop {
            match letter {
                ':' | ')' => {
                    let to_end = letter == ')';
                    self.enter(if to_end { Around::OptionsToEnd } else { Around::Options }, start)?;
                    self.options = options;
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
}
