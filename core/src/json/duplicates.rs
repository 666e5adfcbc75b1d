//! Keys that an object has more than once.

use std::sync::Arc;

use super::Pointer;
use super::node::{Member, Node, Value};
use crate::order::{FEW, few_repeats, repeats, sorted};
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
pub(super) fn present(members: &[Member<'_>]) -> bool {
    let keys = members.iter().map(|member| &*member.key);
    if members.len() > FEW {
        return !repeats(&keys.collect::<Vec<_>>()).is_empty();
    }
    few_repeats(keys).next().is_some()
}

/// All duplicates below `root`, in order of place.
#[cold]
pub(super) fn collect(root: &Node<'_>) -> Vec<DuplicateKey> {
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
