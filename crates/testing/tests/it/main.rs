//! What the tests of every crate rely on.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod large;
mod out_of_reach;
