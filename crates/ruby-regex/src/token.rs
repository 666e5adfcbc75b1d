//! The tokens that take more than one character: the names and numbers of groups, and quantifiers.
//!
//! After `fetch_name`, `fetch_name_with_level` and `fetch_range_quantifier` in
//! <https://github.com/k-takata/Onigmo/blob/master/regparse.c>.

use crate::cursor::{Cursor, Number, is_digit, slice_or_empty};
use crate::error::{Fault, RegexErrorKind};

/// What a reference names.
#[derive(Clone, Copy)]
pub(crate) enum Target<'t> {
    /// A number that is not zero; below zero it counts back from here.
    Number(i64),
    Name(&'t str),
}

/// Reads the name of a new group up to `close`.
pub(crate) fn group_name<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<&'t str, Fault> {
    let start = cursor.at;
    let first = first(cursor, close)?;
    let (end, last) = scan(cursor, |c| c == close || c == ')');
    if last != Some(close) || first == '-' || is_digit(first) {
        return Err(invalid(cursor, start, end));
    }
    Ok(slice_or_empty(cursor.text, start..end))
}

/// Reads the name or number that a call or a condition refers to, up to `close`.
pub(crate) fn reference<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<Target<'t>, Fault> {
    let start = cursor.at;
    let first = first(cursor, close)?;
    let (end, last) = scan(cursor, |c| c == close || c == ')');
    if last != Some(close) {
        return Err(invalid(cursor, start, end));
    }
    target(cursor, first, start, end)
}

/// Reads what a backreference refers to, up to `close`; a level such as `+1` may follow.
pub(crate) fn reference_with_level<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<Target<'t>, Fault> {
    let start = cursor.at;
    let first = first(cursor, close)?;
    let (end, last) = scan(cursor, |c| c == close || matches!(c, ')' | '+' | '-'));
    let closed = match last {
        Some('+' | '-') => match cursor.number() {
            Number::Value(_) => cursor.eat(close),
            Number::TooBig => return Err(too_big(start, cursor.at)),
            Number::Absent => false,
        },
        last => last == Some(close),
    };
    if !closed {
        return Err(invalid(cursor, start, cursor.at));
    }
    target(cursor, first, start, end)
}

/// The first character of a name, which may be anything but its end.
fn first(cursor: &mut Cursor<'_>, close: char) -> Result<char, Fault> {
    let start = cursor.at;
    let found = cursor.bump().filter(|&first| first != close);
    found.ok_or_else(|| Fault::new(RegexErrorKind::EmptyGroupName, start..cursor.at))
}

/// Steps behind the next character that ends a name; gives its place and itself.
fn scan(cursor: &mut Cursor<'_>, ends: impl Fn(char) -> bool) -> (usize, Option<char>) {
    let end = cursor.rest().find(ends).map_or(cursor.text.len(), |found| cursor.at + found);
    cursor.at = end;
    (end, cursor.bump())
}

/// The name or number at `start..end`: what starts like a number has to be one.
fn target<'t>(cursor: &Cursor<'t>, first: char, start: usize, end: usize) -> Result<Target<'t>, Fault> {
    if first != '-' && !is_digit(first) {
        return Ok(Target::Name(slice_or_empty(cursor.text, start..end)));
    }
    let back = first == '-';
    let mut digits = Cursor { text: slice_or_empty(cursor.text, ..end), at: start + usize::from(back) };
    match digits.number() {
        Number::TooBig if digits.at == end => Err(too_big(start, end)),
        Number::Value(number) if digits.at == end && number > 0 => {
            Ok(Target::Number(if back { -i64::from(number) } else { number.into() }))
        }
        _ => Err(invalid(cursor, start, end)),
    }
}

fn invalid(cursor: &Cursor<'_>, start: usize, end: usize) -> Fault {
    let name = slice_or_empty(cursor.text, start..end).to_owned();
    Fault::new(RegexErrorKind::InvalidGroupName { name }, start..end)
}

fn too_big(start: usize, end: usize) -> Fault {
    Fault::new(RegexErrorKind::NumberTooBig, start..end)
}

/// The biggest count that Ruby takes.
const COUNT_LIMIT: u32 = 100_000;

/// How often something is repeated.
pub(crate) struct Quantifier {
    pub(crate) low: u32,
    /// `None` is without end.
    pub(crate) high: Option<u32>,
    pub(crate) possessive: bool,
}

/// Reads what may follow one of `*`, `+` and `?`.
pub(crate) fn quantifier_sign(cursor: &mut Cursor<'_>, sign: char) -> Quantifier {
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
pub(crate) fn interval(cursor: &mut Cursor<'_>, start: usize) -> Result<Option<Quantifier>, Fault> {
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
        Number::Value(count) if count <= COUNT_LIMIT => Ok(Some(count)),
        _ => Err(Fault::new(RegexErrorKind::RepeatTooBig { limit: COUNT_LIMIT }, start..cursor.at)),
    }
}
