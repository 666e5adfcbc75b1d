//! The JSON Schemas of cyber-dojo start-points: their texts, and the same as data that the engine walks.
//!
//! A schema states structure: types, required and unknown keys, ranges. What it cannot say is a rule in the
//! engine. Every keyword that can fail names its rule in an `x-rule` annotation beside it, so that a failure
//! comes out as that rule's diagnostic.

#![no_std]
#![warn(clippy::disallowed_types, clippy::disallowed_methods)]

mod catalogue;
mod shape;
#[rustfmt::skip]
mod shapes;

pub use catalogue::Schema;
pub use shape::{Keyword, Others, Shape, Type};
