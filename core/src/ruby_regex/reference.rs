//! References from one place in a pattern to a group somewhere else in it.

use super::error::{Fault, RegexErrorKind};
use super::parser::Pattern;
use super::tree::GroupNumber;
use crate::part;
use crate::text_map::TextMap;

/// A group number that has to exist in the end.
pub(super) struct Need {
    pub(super) number: i64,
    /// Numbers in the place of a name are allowed even among named groups.
    pub(super) by_name: bool,
    pub(super) place: (usize, usize),
}

/// A call of a group.
pub(super) struct Call {
    pub(super) called: Called,
    /// The innermost group that the call stands in.
    pub(super) from: GroupNumber,
    pub(super) place: (usize, usize),
}

/// The group that a call calls.
#[derive(Clone, Copy)]
pub(super) enum Called {
    Number(i64),
    /// A name that stands here in the text; the group may be defined later.
    Name(usize, usize),
}

/// The names of groups.
#[derive(Default)]
pub(super) struct Names {
    by_name: TextMap<usize>,
    borne: Vec<Borne>,
}

/// One name, and the groups that bear it.
#[derive(Default)]
struct Borne {
    groups: Vec<GroupNumber>,
    /// How many of them are still open.
    open: usize,
}

impl Names {
    /// Gives a name to a group that opens.
    pub(super) fn open(&mut self, name: &str, group: GroupNumber) -> usize {
        let index = *self.by_name.get_or_insert_with(&name.into(), || self.borne.len());
        if index == self.borne.len() {
            self.borne.push(Borne::default());
        }
        self.borne[index].groups.push(group);
        self.borne[index].open += 1;
        index
    }

    /// Notes that the last open group of the name of this index closes.
    pub(super) fn close(&mut self, index: usize) {
        self.borne[index].open -= 1;
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        self.borne[index].open > 0
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn groups(&self, index: usize) -> &[GroupNumber] {
        &self.borne[index].groups
    }

    pub(super) fn is_empty(&self) -> bool {
        self.borne.is_empty()
    }
}

/// Checks what refers to groups by number, and finds the groups that are called.
pub(super) fn resolve(pattern: &Pattern, text: &str) -> Result<Vec<GroupNumber>, Fault> {
    let count = pattern.groups.len() - 1;
    for need in &pattern.needs {
        let place = need.place.0..need.place.1;
        if !need.by_name && !pattern.names.is_empty() {
            return Err(Fault::new(RegexErrorKind::NumberAmongNames, place));
        }
        existing(need.number, count).ok_or_else(|| undefined(need.number, need.place))?;
    }
    pattern.calls.iter().map(|call| called(pattern, text, call)).collect()
}

fn called(pattern: &Pattern, text: &str, call: &Call) -> Result<GroupNumber, Fault> {
    match call.called {
        Called::Number(0) => Ok(0),
        Called::Number(_) if !pattern.names.is_empty() => {
            Err(Fault::new(RegexErrorKind::NumberAmongNames, call.place.0..call.place.1))
        }
        Called::Number(number) => {
            let group = existing(number, pattern.groups.len() - 1);
            group.ok_or_else(|| undefined(number, call.place))
        }
        Called::Name(start, end) => {
            let name = part(text, start..end);
            let groups = pattern.names.find(name).map(|index| pattern.names.groups(index));
            let name = name.to_owned();
            match groups {
                Some([group]) => Ok(*group),
                Some(_) => Err(Fault::new(RegexErrorKind::AmbiguousCall { name }, start..end)),
                None => Err(Fault::new(RegexErrorKind::UndefinedName { name }, start..end)),
            }
        }
    }
}

fn existing(number: i64, count: usize) -> Option<GroupNumber> {
    let number = u32::try_from(number).ok()?;
    (number as usize <= count).then_some(number)
}

fn undefined(number: i64, place: (usize, usize)) -> Fault {
    Fault::new(RegexErrorKind::UndefinedGroup { number }, place.0..place.1)
}
