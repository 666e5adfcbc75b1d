//! What tests and generators share: conformance cases as trees, where the known answers lie, git repositories
//! and a server for them, registries and a container engine.

mod case;
mod corpus;
#[cfg(unix)]
pub mod docker;
mod gate;
pub mod git;
mod known_answers;
mod made;
mod memory;
#[cfg(unix)]
pub mod podman;
pub mod programs;
pub mod registry;

pub use case::{Case, Expect, cases, folder};
pub use corpus::{Real, corpus, deployed_catalogue, stand_in};
pub use gate::{GateCase, gate_cases};
pub use known_answers::known_answers;
pub use made::{Files, commit, languages, snapshot};
pub use memory::memory_kb;
