//! Git's protocol, version 2, spoken through git's own HTTP helper: which commit is meant, and that commit, in
//! one connection and one process.
//!
//! `git ls-remote` and `git fetch` do the same with two connections, and twice the processes. They stay the way
//! for everything that is not said here: other protocols, other servers, and whatever answers unexpectedly. The
//! helper is the one that they use, so proxies, certificates and log-ins are the user's as ever.

mod exchange;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod packet;
mod quick;

pub(crate) use quick::{Quick, quick};
