//! What tests and generators share: the conformance cases as trees, and where the known answers lie.

mod case;
mod known_answers;

pub use case::{Case, Expect, cases, folder};
pub use known_answers::known_answers;
