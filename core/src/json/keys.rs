//! The keys of an object: which it has more than once, and an index of them where they are many.

use std::sync::Arc;

use super::node::{Member, Node, Value};
use super::pointer::Pointer;
use crate::order::{FEW, few_repeats, order, repeats, sorted};
use crate::span::Span;

/// What the pointers of all duplicates may need together, in bytes. Without a bound one long key around
/// many small objects would make a text of 1 MiB need gigabytes.
const POINTER_BUDGET: usize = 8 << 20;

/// A key that its object has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    /// Points to the object.
    pub pointer: Arc<Pointer>,
    /// The key, decoded.
    pub key: Arc<str>,
    /// The first place of the key, quotes included.
    pub first: Span,
    /// This place of the key, quotes included.
    pub again: Span,
}

/// Whether any two members have the same key.
pub(super) fn has_duplicates(members: &[Member<'_>]) -> bool {
    let keys = members.iter().map(|member| &*member.key);
    if members.len() > FEW {
        return !repeats(&keys.collect::<Vec<_>>()).is_empty();
    }
    few_repeats(keys).next().is_some()
}

/// All duplicates below `root`, in order of place.
#[cold]
pub(super) fn duplicate_keys(root: &Node<'_>) -> Vec<DuplicateKey> {
    let mut walk = Walk { found: Vec::new(), pointer: Pointer::root(), spent: 0 };
    walk.visit(root);
    sorted(walk.found, |one, other| one.again.cmp(&other.again))
}

struct Walk {
    found: Vec<DuplicateKey>,
    pointer: Pointer,
    spent: usize,
}

impl Walk {
    /// Recurses no deeper than the parser did.
    fn visit(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.pointer.push_index(index);
                    self.visit(entry);
                    self.pointer.pop();
                }
            }
            Value::Object(members) => {
                self.object(members);
                for member in members {
                    self.pointer.push_key(&member.key);
                    self.visit(&member.node);
                    self.pointer.pop();
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, members: &[Member<'_>]) {
        let keys: Vec<&str> = members.iter().map(|member| &*member.key).collect();
        let repeats = repeats(&keys);
        if repeats.is_empty() {
            return;
        }
        self.spent += self.pointer.as_str().len();
        if self.spent > POINTER_BUDGET && !self.found.is_empty() {
            return;
        }
        let pointer = Arc::new(self.pointer.clone());
        for (first, again) in repeats {
            // A hostile object has one key a hundred thousand times.
            let known = self.found.last().filter(|last| *last.key == *keys[again]);
            let key = known.map_or_else(|| Arc::from(keys[again]), |last| Arc::clone(&last.key));
            self.found.push(DuplicateKey {
                pointer: Arc::clone(&pointer),
                key,
                first: members[first].key_span,
                again: members[again].key_span,
            });
        }
    }
}

/// The members of an object in the order of their keys, equal keys in the order of the text.
///
/// Searching all members of a large object for each of a thousand faults would cost as much as a thousand texts.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyIndex(Vec<usize>);

impl KeyIndex {
    /// Of an object with few members there is nothing to keep: they are searched one by one.
    pub(super) fn new(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Object(members) if members.len() > FEW => {
                Self(order(members.len(), &|one, other| members[one].key.cmp(&members[other].key)))
            }
            _ => Self::default(),
        }
    }

    /// The member of that object with this key; of duplicates the last.
    pub(super) fn member<'n, 'a>(&self, node: &'n Node<'a>, key: &str) -> Option<&'n Member<'a>> {
        if self.0.is_empty() {
            return node.member(key);
        }
        let members = node.members();
        let after =
            self.0.partition_point(|index| members.get(*index).is_some_and(|member| &*member.key <= key));
        let last = self.0.get(after.checked_sub(1)?)?;
        members.get(*last).filter(|member| member.key == key)
    }

    /// Whether it knows of two members with one key.
    pub(super) fn has_duplicates(&self, members: &[Member<'_>]) -> bool {
        self.0.windows(2).any(|pair| members[pair[0]].key == members[pair[1]].key)
    }
}
