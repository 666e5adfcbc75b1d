//! What tests and generators share: conformance cases as trees, where the known answers lie, git repositories
//! and a server for them.

mod case;
pub mod git;
mod known_answers;
mod made;

pub use case::{Case, Expect, cases, folder};
pub use known_answers::known_answers;
pub use made::{Files, commit, languages, snapshot};
