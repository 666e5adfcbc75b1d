//! The JSON Schemas of cyber-dojo start-points, embedded, with validators that are made from them at build time.
//!
//! A schema states structure: types, required and unknown keys, ranges. What it cannot say is a rule in the
//! engine. Every keyword that can fail names its rule in an `x-rule` annotation beside it, so that a failure
//! comes out as that rule's diagnostic.

#![warn(clippy::disallowed_types, clippy::disallowed_methods)]

mod catalogue;
mod fault;
mod keyword_rules;
mod validators;

pub use catalogue::Schema;
pub use fault::{Fault, FaultKind};
