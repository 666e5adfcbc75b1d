//! The engine, seen from outside.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests"
)]

#[cfg(target_os = "linux")]
mod check_memory;
mod conformance;
mod design_notes;
mod dockerfile_properties;
mod fix_bytes;
mod fixes;
mod gate;
mod image_name_properties;
mod json_properties;
mod json_recovery;
mod known_answers;
mod no_panic_hostile;
mod render;
mod repo_url_properties;
mod resolve;
mod resolve_properties;
mod rules;
mod schema_agreement;
mod schema_rules;
mod support;
