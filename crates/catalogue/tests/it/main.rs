//! Catalogues, made from repositories behind a git server.

#![allow(clippy::panic, clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod check;
mod folder;
mod levels;
mod read;
mod support;
mod whole;
