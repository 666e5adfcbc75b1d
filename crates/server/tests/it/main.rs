//! The service, asked over HTTP.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests"
)]

mod answers;
mod browser;
mod budget;
mod deployed;
mod gate;
mod hostile;
mod hosts;
mod json;
mod known_answers;
mod page;
#[cfg(unix)]
mod prepull;
mod reload;
mod shas;
mod sources;
mod support;
mod tls;
mod v1;
