//! What the gate decides from, read from files.

#![allow(clippy::panic, clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod files;
mod lookup;
