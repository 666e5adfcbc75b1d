//! A running service, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod answers;
mod browser;
mod budget;
mod deployed;
mod gate;
mod hostile;
mod hosts;
mod json;
mod page;
mod reload;
mod shas;
mod sources;
mod support;
mod tls;
mod v1;
