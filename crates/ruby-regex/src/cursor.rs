//! A reading place in the text that moves forward character by character.

use std::slice::SliceIndex;

/// A slice of a text; empty where the range is out of bounds or splits a character. It never panics.
pub(crate) fn slice_or_empty(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
}

/// A reading place in a text.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

/// An unsigned number, as Onigmo reads one.
pub(crate) enum Number {
    /// No digit.
    Absent,
    /// The number fits.
    Value(u32),
    /// The number overflows what Onigmo holds.
    TooBig,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn rest(&self) -> &'t str {
        slice_or_empty(self.text, self.at..)
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over `wanted` if it is next; returns whether it was.
    pub(crate) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Steps over the digits here; the cursor ends behind the last of them.
    pub(crate) fn number(&mut self) -> Number {
        const LIMIT: u64 = i32::MAX as u64;
        let mut number: Option<u64> = None;
        while let Some(digit) = self.peek().and_then(digit) {
            self.bump();
            let value = number.unwrap_or(0) * 10 + u64::from(digit);
            number = Some(value.min(LIMIT + 1));
        }
        match number.map(u32::try_from) {
            None => Number::Absent,
            Some(Ok(value)) if u64::from(value) <= LIMIT => Number::Value(value),
            Some(_) => Number::TooBig,
        }
    }

    /// Steps over at most `most` octal or hexadecimal digits, and gives their value.
    pub(crate) fn code(&mut self, most: usize, radix: u32) -> u32 {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|next| next.to_digit(radix)) else { break };
            self.bump();
            value = value * radix + digit;
        }
        value
    }
}

/// What Onigmo takes the digit for: its distance from `0`, even if it is not an ASCII one.
fn digit(character: char) -> Option<u32> {
    is_digit(character).then(|| character as u32 - '0' as u32)
}

/// Whether the character is a decimal digit of any script in Unicode 13.
pub(crate) fn is_digit(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    let code = character as u32;
    let after = DIGIT_ZEROS.partition_point(|&zero| zero <= code);
    let Some(&zero) = after.checked_sub(1).and_then(|at| DIGIT_ZEROS.get(at)) else { return false };
    // The mathematical digits come in five alphabets, one right after the other.
    code - zero < if zero == 0x1D7CE { 50 } else { 10 }
}

/// The first of each run of decimal digits.
const DIGIT_ZEROS: [u32; 61] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16B50, 0x1D7CE, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_count() {
        assert!(is_digit('7') && is_digit('٣') && is_digit('\u{1D7FF}'));
        assert!(!is_digit('a') && !is_digit('é') && !is_digit('\u{66A}'));
    }

    #[test]
    fn numbers_stop_at_what_a_c_int_holds() {
        let read = |text| Cursor::new(text).number();
        assert!(matches!(read("2147483647x"), Number::Value(2_147_483_647)));
        assert!(matches!(read("2147483648"), Number::TooBig));
        assert!(matches!(read("x"), Number::Absent));
    }
}
