//! Where the keys of a large object are: a search through all its members for each of a thousand faults would cost as
//! much as a thousand texts.

use super::node::{Member, Node, Value};
use crate::order::{FEW, order};

/// The members of an object in the order of their keys, equal ones as they stand.
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
