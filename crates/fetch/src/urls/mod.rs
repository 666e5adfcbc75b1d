//! A list of source URLs in a file, kept true: one a line, comments and blank lines where they are.
//!
//! A `#` at the beginning of a line or after white space begins a comment.

mod list;
mod newer;

pub use list::{Fault, FaultKind, List, ListError};
pub use newer::{Found, Newer, newer};
