//! The spelling of numbers.

use super::error::NumberFault;
use super::parser::{Outcome, Parser};

impl<'a> Parser<'a> {
    /// Steps over a number; the parser stands on its `-` or first digit.
    pub(super) fn number(&mut self) -> Outcome<&'a str> {
        let start = self.at;
        match self.spelling() {
            Ok(()) => Ok(self.text.get(start..self.at).unwrap_or_default()),
            Err(stop) => self.odd_number(stop, start),
        }
    }

    #[inline]
    fn spelling(&mut self) -> Outcome<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        self.digits(NumberFault::NoDigit)?;
        if self.bytes.get(first) == Some(&b'0') && self.at > first + 1 {
            self.at = first;
            return self.bad_number(NumberFault::LeadingZero);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits(NumberFault::NoFraction)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(NumberFault::NoExponent)?;
        }
        Ok(())
    }

    /// Steps over one or more digits.
    #[inline]
    fn digits(&mut self, fault: NumberFault) -> Outcome<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.bad_number(fault) } else { Ok(()) }
    }
}
