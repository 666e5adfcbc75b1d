//! What tests and generators share: conformance cases as trees, where the known answers lie, git repositories
//! and a server for them.

mod case;
mod corpus;
pub mod git;
mod known_answers;
mod made;

pub use case::{Case, Expect, cases, folder};
pub use corpus::{Real, corpus, deployed_catalogue, stand_in};
pub use known_answers::known_answers;
pub use made::{Files, commit, languages, snapshot};
