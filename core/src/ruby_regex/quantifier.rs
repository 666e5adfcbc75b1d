//! Quantifiers: `*`, `+`, `?` and intervals, lazy and possessive.

use super::cursor::{Cursor, Number};
use super::error::{Fault, RegexErrorKind};

/// The biggest count that Ruby takes.
const LIMIT: u32 = 100_000;

/// How often something is repeated.
pub(super) struct Quantifier {
    pub(super) low: u32,
    /// `None` is without end.
    pub(super) high: Option<u32>,
    pub(super) possessive: bool,
}

/// Reads what may follow one of `*`, `+` and `?`.
pub(super) fn simple(cursor: &mut Cursor<'_>, sign: char) -> Quantifier {
    let (low, high) = match sign {
        '*' => (0, None),
        '+' => (1, None),
        _ => (0, Some(1)),
    };
    let lazy = cursor.eat('?');
    Quantifier { low, high, possessive: !lazy && cursor.eat('+') }
}

/// Reads the interval whose brace at `start` is before the cursor.
///
/// A brace that starts none is an ordinary character, unless a count is too big.
pub(super) fn interval(cursor: &mut Cursor<'_>, start: usize) -> Result<Option<Quantifier>, Fault> {
    let mut ahead = *cursor;
    let low = count(&mut ahead)?;
    let exact = !ahead.eat(',');
    let high = if exact { low } else { count(&mut ahead)? };
    if (low, high) == (None, None) || !ahead.eat('}') {
        return Ok(None);
    }
    let low = low.unwrap_or(0);
    if let Some(high) = high.filter(|&high| low > high) {
        let kind = RegexErrorKind::RepeatReversed { low, high };
        return Err(Fault::new(kind, start..ahead.at));
    }
    // A sign that makes nothing lazy here repeats the repeat instead.
    if !exact {
        ahead.eat('?');
    }
    *cursor = ahead;
    Ok(Some(Quantifier { low, high, possessive: false }))
}

fn count(cursor: &mut Cursor<'_>) -> Result<Option<u32>, Fault> {
    let start = cursor.at;
    match cursor.number() {
        Number::Absent => Ok(None),
        Number::Value(count) if count <= LIMIT => Ok(Some(count)),
        _ => Err(Fault::new(RegexErrorKind::RepeatTooBig { limit: LIMIT }, start..cursor.at)),
    }
}
