//! The `git` program, run closed: a clean environment, no prompts, no hooks, bounded in time, bytes and memory.
//!
//! - Nothing of the caller's `GIT_*` that names a repository is passed on: inside a hook it names another one.
//! - Which transports may be used is said with every call; all others are closed, `ext::` and helpers with them.
//! - Every run is a process group of its own, which is killed as a whole when its time is up.

mod call;
mod environment;
mod program;
mod said;
mod supervise;

pub use environment::Configuration;
pub use program::{Git, GitMissing};

pub(crate) use call::{Answered, Call};
pub(crate) use said::Refused;
pub(crate) use supervise::Stop;
