//! How groups are named, and how they are referred to.

use super::cursor::{Cursor, Number, is_digit};
use super::error::{Fault, RegexErrorKind};
use crate::part;

/// What a reference names.
#[derive(Clone, Copy)]
pub(super) enum Target<'t> {
    /// A number that is not zero; below zero it counts back from here.
    Number(i64),
    Name(&'t str),
}

/// Reads the name of a new group up to `close`.
pub(super) fn definition<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<&'t str, Fault> {
    let start = cursor.at;
    let first = first(cursor, close)?;
    let (end, last) = scan(cursor, |c| c == close || c == ')');
    if last != Some(close) || first == '-' || is_digit(first) {
        return Err(invalid(cursor, start, end));
    }
    Ok(part(cursor.text, start..end))
}

/// Reads the name or number that a call or a condition refers to, up to `close`.
pub(super) fn reference<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<Target<'t>, Fault> {
    let start = cursor.at;
    let first = first(cursor, close)?;
    let (end, last) = scan(cursor, |c| c == close || c == ')');
    if last != Some(close) {
        return Err(invalid(cursor, start, end));
    }
    target(cursor, first, start, end)
}

/// Reads what a backreference refers to, up to `close`; a level such as `+1` may follow.
pub(super) fn reference_with_level<'t>(cursor: &mut Cursor<'t>, close: char) -> Result<Target<'t>, Fault> {
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
        return Ok(Target::Name(part(cursor.text, start..end)));
    }
    let back = first == '-';
    let mut digits = Cursor { text: part(cursor.text, ..end), at: start + usize::from(back) };
    match digits.number() {
        Number::TooBig if digits.at == end => Err(too_big(start, end)),
        Number::Value(number) if digits.at == end && number > 0 => {
            Ok(Target::Number(if back { -i64::from(number) } else { number.into() }))
        }
        _ => Err(invalid(cursor, start, end)),
    }
}

fn invalid(cursor: &Cursor<'_>, start: usize, end: usize) -> Fault {
    let name = part(cursor.text, start..end).to_owned();
    Fault::new(RegexErrorKind::InvalidGroupName { name }, start..end)
}

fn too_big(start: usize, end: usize) -> Fault {
    Fault::new(RegexErrorKind::NumberTooBig, start..end)
}
