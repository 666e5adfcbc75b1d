//! Large inputs, each with as much of one thing as there is room for: what costs more than linear time shows in one of
//! them.

mod docker;
mod entries;
mod input;
mod keys;
mod regexes;
mod strings;
mod syntax;
mod texts;
mod trees;
mod work;

pub use input::{Input, LargeShape};
pub use work::Growth;

/// Every shape.
#[must_use]
pub fn shapes() -> Vec<LargeShape> {
    [
        keys::SHAPES,
        entries::SHAPES,
        strings::SHAPES,
        regexes::SHAPES,
        syntax::SHAPES,
        docker::SHAPES,
        trees::SHAPES,
        texts::SHAPES,
    ]
    .concat()
}
