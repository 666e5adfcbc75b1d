//! Images, written to layouts and registries and read from them.

#![allow(clippy::panic, clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod hostile;
mod layout;
mod registry;
mod support;
