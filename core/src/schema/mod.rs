//! Walks a schema over a tree: what the schema says, at the places of the text.
//!
//! The schemas come as data from `start-points-schemas`. A general validator would work on a copy of the tree
//! that has lost its places; this one allocates nothing for a value that is as it should be, and small is what
//! a browser wants. `tests/schema_agreement.rs` holds it to the `jsonschema` crate.

mod distinct;
mod fault;
mod walk;

pub use fault::{Fault, FaultKind, Faults};
pub use walk::{faults, faults_within, is_at_fault};
