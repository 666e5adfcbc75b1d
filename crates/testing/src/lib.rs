//! What tests and generators share: conformance cases as trees, where the known answers lie, git repositories
//! and a server for them, registries and a container engine.

pub mod between;
mod case;
mod deployed;
#[cfg(unix)]
pub mod docker;
mod fuzz_inputs;
mod gate;
pub mod git;
mod known_answers;
pub mod large;
mod layouts;
mod made;
mod memory;
mod own_process;
#[cfg(unix)]
pub mod podman;
mod processor_time;
pub mod programs;
pub mod registry;
mod start_point;

pub use case::{Case, Expect, cases, folder};
pub use deployed::{deployed_catalogue, deployed_catalogue_of, stand_in};
pub use fuzz_inputs::fuzz_inputs;
pub use gate::{GateCase, gate_cases};
pub use known_answers::{KNOWN_ANSWERS, known_answers};
pub use layouts::{Layout, layouts};
pub use made::{MadeFiles, commit, languages, snapshot};
pub use memory::memory_kb;
pub use own_process::in_own_process;
pub use processor_time::processor_time;
pub use start_point::{TestStartPoint, corpus, made_start_points};
