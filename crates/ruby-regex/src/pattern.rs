//! A pattern that has been parsed, and the references from one place in it to a group somewhere else.

use crate::cursor::slice_or_empty;
use crate::error::{Fault, RegexErrorKind};
use crate::tree::{GroupNumber, NodeId, NodeKind, Tree};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A pattern whose grammar is right; what refers to what is yet to be checked.
pub(crate) struct Pattern {
    pub(crate) tree: Tree,
    /// By number; the first is the whole pattern.
    pub(crate) groups: Vec<Group>,
    pub(crate) names: Names,
    pub(crate) number_references: Vec<NumberReference>,
    pub(crate) calls: Vec<Call>,
    /// The nodes that look behind.
    pub(crate) look_behinds: Vec<NodeId>,
}

/// A capturing group.
pub(crate) struct Group {
    /// The group right around this one; the whole pattern is around itself.
    pub(crate) outer: GroupNumber,
    /// Which of the names this group bears.
    pub(crate) name: Option<usize>,
    /// The node of the group, once it is closed.
    pub(crate) node: Option<NodeId>,
}

impl Pattern {
    /// Whether the group captures: once groups have names, the others only group.
    pub(crate) fn captures(&self, number: GroupNumber) -> bool {
        let group = self.groups.get(number as usize);
        number == 0 || self.names.is_empty() || group.is_some_and(|group| group.name.is_some())
    }

    pub(crate) fn close_group(&mut self, number: GroupNumber, node: NodeId) {
        if let Some(group) = self.groups.get_mut(number as usize) {
            group.node = Some(node);
            if let Some(name) = group.name {
                self.names.close(name);
            }
        }
    }

    /// A condition has a branch for yes and one for no.
    ///
    /// Alternatives that are its only content count as its branches, however they are wrapped.
    pub(crate) fn condition(
        &mut self,
        child: NodeId,
        branches: usize,
        place: Range<usize>,
    ) -> Result<NodeId, Fault> {
        let child = match self.tree.node(child).kind {
            NodeKind::Alternatives(children) => {
                let count = branches.max(self.tree.children(children).len());
                if count > 2 {
                    return Err(Fault::new(RegexErrorKind::ConditionBranches { count }, place));
                }
                child
            }
            _ => {
                let no = self.tree.add(NodeKind::Characters(0), place.end..place.end);
                let children = self.tree.link([child, no]);
                self.tree.add(NodeKind::Alternatives(children), place.clone())
            }
        };
        Ok(self.tree.add(NodeKind::Condition(child), place))
    }
}

/// A group number that has to exist in the end.
pub(crate) struct NumberReference {
    pub(crate) number: i64,
    /// Numbers in the place of a name are allowed even among named groups.
    pub(crate) by_name: bool,
    pub(crate) place: (usize, usize),
}

/// A call of a group.
pub(crate) struct Call {
    pub(crate) called: Called,
    /// The innermost group around the call.
    pub(crate) from: GroupNumber,
    pub(crate) place: (usize, usize),
}

/// The group that a call calls.
#[derive(Clone, Copy)]
pub(crate) enum Called {
    Number(i64),
    /// A name, by its place in the text; the group may be defined later.
    Name(usize, usize),
}

/// The names of groups.
#[derive(Default)]
pub(crate) struct Names {
    by_name: BTreeMap<Arc<str>, usize>,
    named: Vec<NamedGroups>,
}

/// One name, and the groups that bear it.
#[derive(Default)]
struct NamedGroups {
    groups: Vec<GroupNumber>,
    /// How many of them are still open.
    open: usize,
}

impl Names {
    /// Gives a name to a group that opens.
    pub(crate) fn open(&mut self, name: &str, group: GroupNumber) -> usize {
        let index = self.find(name).unwrap_or_else(|| {
            self.by_name.insert(name.into(), self.named.len());
            self.named.push(NamedGroups::default());
            self.named.len() - 1
        });
        self.named[index].groups.push(group);
        self.named[index].open += 1;
        index
    }

    /// Notes that the last open group of the name of this index closes.
    pub(crate) fn close(&mut self, index: usize) {
        self.named[index].open -= 1;
    }

    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.named[index].open > 0
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn groups(&self, index: usize) -> &[GroupNumber] {
        &self.named[index].groups
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }
}

/// Checks what refers to groups by number, and finds the groups that are called.
pub(crate) fn resolve(pattern: &Pattern, text: &str) -> Result<Vec<GroupNumber>, Fault> {
    let count = pattern.groups.len() - 1;
    for reference in &pattern.number_references {
        let place = reference.place.0..reference.place.1;
        if !reference.by_name && !pattern.names.is_empty() {
            return Err(Fault::new(RegexErrorKind::NumberAmongNames, place));
        }
        existing(reference.number, count).ok_or_else(|| undefined(reference.number, reference.place))?;
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
            let name = slice_or_empty(text, start..end);
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
