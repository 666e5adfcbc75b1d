//! The command `start-points`, run as its users run it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests"
)]

mod commands;
#[cfg(unix)]
mod completions;
mod create;
mod dialects;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(unix)]
mod fixing;
mod gate;
#[cfg(unix)]
mod hook;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod hostile_images;
#[cfg(unix)]
mod hostile_repositories;
#[cfg(unix)]
mod images;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod known_answers;
#[cfg(unix)]
mod layouts;
#[cfg(unix)]
mod ltf_workflow;
mod payloads;
#[cfg(unix)]
mod pulling;
#[cfg(unix)]
mod readme;
#[cfg(unix)]
mod reports;
mod repositories;
mod run;
#[cfg(unix)]
mod serve;
mod serving;
mod standard_input;
#[cfg(unix)]
mod start_point_images;
#[cfg(target_os = "linux")]
mod terminal;
mod urls;
mod world;
