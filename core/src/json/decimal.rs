//! What a number is worth, without rounding it to a float.

use std::cmp::Ordering;

/// The value of a number's spelling: `0.DIGITS` times ten to the power of `point`.
///
/// Exact for any spelling; only exponents beyond 64 bits are taken for the greatest or least that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal<'a> {
    negative: bool,
    /// From the first digit that is not zero to the last one, the decimal point among them.
    digits: &'a str,
    point: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a valid JSON number.
    #[must_use]
    pub fn read(spelling: &'a str) -> Self {
        let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let exponent =
            exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN } else { i64::MAX });
        let digits = mantissa.trim_start_matches(['0', '.']);
        if digits.is_empty() {
            return Self { negative: false, digits, point: 0 };
        }
        let whole = mantissa.find('.').unwrap_or(mantissa.len());
        let first = mantissa.len() - digits.len();
        // Of `12.5` the point is 2, of `0.05` it is -1.
        let point = if first < whole { offset(first, whole) } else { -offset(whole + 1, first) };
        let digits = if mantissa.contains('.') {
            digits.trim_end_matches(['0', '.'])
        } else {
            digits.trim_end_matches('0')
        };
        Self { negative: spelling.starts_with('-'), digits, point: point.saturating_add(exponent) }
    }

    /// Whether there is no fraction.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.significant().count() as u64 <= self.point.try_into().unwrap_or_default()
    }

    /// Compares with an integer.
    #[must_use]
    pub fn cmp_integer(self, other: i64) -> Ordering {
        let spelling = other.to_string();
        let other = Decimal::read(&spelling);
        let magnitude =
            self.point.cmp(&other.point).then_with(|| self.significant().cmp(other.significant()));
        let same_sign = if self.negative { magnitude.reverse() } else { magnitude };
        self.sign().cmp(&other.sign()).then(same_sign)
    }

    fn sign(self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn significant(self) -> impl Iterator<Item = u8> + use<'a> {
        self.digits.bytes().filter(|byte| *byte != b'.')
    }
}

/// How far one place is from another.
fn offset(from: usize, to: usize) -> i64 {
    i64::try_from(to - from).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        for whole in [
            "0",
            "-0",
            "0.0",
            "0e5",
            "4",
            "4.0",
            "-40.00",
            "1e2",
            "1.50e1",
            "100e-2",
            "1e999",
            "1E+99999999999999999999",
        ] {
            assert!(Decimal::read(whole).is_whole(), "{whole}");
        }
        for broken in
            ["0.5", "-4.5", "1e-1", "1.55e1", "105e-2", "1e-999", "0.00001", "1e-99999999999999999999"]
        {
            assert!(!Decimal::read(broken).is_whole(), "{broken}");
        }
    }

    #[test]
    fn numbers_compare_by_their_value() {
        use Ordering::{Equal, Greater, Less};
        let cases = [
            ("8", 8, Equal),
            ("8.0", 8, Equal),
            ("0.8e1", 8, Equal),
            ("80e-1", 8, Equal),
            ("8.01", 8, Greater),
            ("7.99", 8, Less),
            ("10", 8, Greater),
            ("9", 10, Less),
            ("0", 1, Less),
            ("-0", 0, Equal),
            ("0.0", 0, Equal),
            ("-1", 1, Less),
            ("-1", -1, Equal),
            ("-2", -1, Less),
            ("-0.5", -1, Greater),
            ("1e999", 8, Greater),
            ("-1e999", 8, Less),
            ("1e-999", 1, Less),
            ("1e-999", 0, Greater),
            ("20.5", 20, Greater),
            ("100", 20, Greater),
            ("9223372036854775807", i64::MAX, Equal),
            ("9223372036854775808", i64::MAX, Greater),
            ("-9223372036854775809", i64::MIN, Less),
        ];
        for (spelling, integer, expected) in cases {
            assert_eq!(Decimal::read(spelling).cmp_integer(integer), expected, "{spelling} and {integer}");
        }
    }
}
