//! Fetching, from real git servers and from folders.

#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod cache;
mod fetch;
mod hostile;
mod local;
#[cfg(target_os = "linux")]
mod million_entries;
mod resolve;
mod servers;
mod support;
mod tags;
mod urls;
mod users_git;
mod work_trees;
