//! What tests and generators share: conformance cases as trees, where the known answers lie, git repositories
//! and a server for them, registries and a container engine.

pub mod between;
mod case;
mod deployed;
#[cfg(unix)]
pub mod docker;
mod gate;
pub mod git;
pub mod large;
mod layouts;
mod made;
#[cfg(unix)]
pub mod podman;
mod process;
pub mod programs;
pub mod registry;
mod start_point;
mod test_data;

pub use case::{Case, Expect, cases, folder};
pub use deployed::{deployed_catalogue, deployed_catalogue_of, stand_in};
pub use gate::{GateCase, gate_cases};
pub use layouts::{Layout, layouts};
pub use made::{MadeFiles, commit, languages, snapshot};
pub use process::{in_own_process, memory_kb, processor_time};
pub use start_point::{TestStartPoint, corpus, made_start_points};
pub use test_data::{KNOWN_ANSWERS, fuzz_inputs, known_answers};
