//! What a schema finds, as data; the rules make the sentence.

use start_points_schemas::Type;

use crate::json::Pointer;

/// One way in which a value breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The rule that the failing keyword names in `x-rule`.
    pub rule: &'static str,
    /// What is at fault: the value, or for an unknown or missing key that key.
    pub pointer: Pointer,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What a schema finds, as far as somebody wants to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// As many as were asked for.
    pub first: Vec<Fault>,
    /// How many there are besides.
    pub more: usize,
}

/// What is wrong, with the schema's side of it; the instance's side is at the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The value has another JSON type than these.
    Type {
        /// The types that the schema takes.
        expected: &'static [Type],
    },
    /// The object lacks this key.
    Missing,
    /// The object has this key, which the schema does not know.
    Unknown,
    /// Something stands where the schema allows nothing.
    Forbidden,
    /// A string, array or object has fewer characters, entries or members.
    TooFew {
        /// The least number.
        limit: u64,
    },
    /// An array has more entries.
    TooMany {
        /// The greatest number.
        limit: u64,
    },
    /// A number is below this one.
    TooSmall {
        /// The least value.
        limit: i64,
    },
    /// A number is above this one.
    TooLarge {
        /// The greatest value.
        limit: i64,
    },
}
