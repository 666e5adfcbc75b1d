//! What the fuzz targets in `fuzz/` assert of this crate; tests assert the same of the targets' seeds.

use crate::cause::Cause;

pub use crate::source::fuzzing::objects;
pub use crate::wire::fuzzing::packets;

/// What is said of bad input is on one line and moves no terminal.
pub(crate) fn refusal(cause: &Cause) {
    let message = cause.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
}
