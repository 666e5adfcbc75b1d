//! What the fuzz targets in `fuzz/` assert of this crate; tests assert the same of the targets' seeds.

use crate::cause::Cause;

pub use crate::read::fuzzing::layers;
pub use crate::registry::fuzzing::{answers, fields};

/// The parts of an input, one after a line `===` each.
pub(crate) fn parts(input: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = input;
    while let Some(at) = rest.windows(4).position(|window| window == b"===\n") {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(4..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// What is said of bad input blames the input, on one line and without a way to move a terminal.
pub(crate) fn refusal(cause: &Cause) {
    let message = cause.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
    assert!(!matches!(cause, Cause::Io(_)), "bad input is not this machine's fault: {message}");
}
