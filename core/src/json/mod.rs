//! A strict JSON parser into a tree that remembers where everything stands.
//!
//! The grammar is RFC 8259 and nothing more: no byte-order mark, no comments, no trailing commas. The
//! deployed checker (Ruby, `JSON.parse!`) accepts and refuses the same texts. Every value and every key
//! carries its byte [`Span`](crate::Span), duplicate keys are kept and listed, and strings borrow
//! from the text unless they hold an escape. A text that is refused can be read again with
//! [`Document::recover`], which finds its other faults too.

mod decimal;
mod document;
mod duplicates;
mod error;
mod found;
mod hint;
mod key_index;
mod literal;
mod locate;
mod node;
mod number;
mod parser;
mod pointer;
mod recovered;
mod recovery;
mod removal;
mod string_span;
#[cfg(test)]
mod tests;
mod unexpected;
mod value;
mod write;
mod writer;

pub use decimal::Decimal;
pub use document::Document;
pub use duplicates::DuplicateKey;
pub use error::{Expected, JsonError, JsonErrorKind, NumberFault};
pub use found::Found;
pub use locate::Part;
pub use node::{Member, Node, Value};
pub use pointer::{Pointer, PointerError};
pub use recovered::Recovered;
pub use writer::{Writer, quoted};

/// The most arrays and objects that may stand inside one another.
pub const MAX_DEPTH: usize = 128;

/// The most bytes a text may have: 1 MiB, some thousand times a manifest.
pub const MAX_BYTES: usize = 1 << 20;

/// The most faults of one text that are reported.
pub const MAX_ERRORS: usize = 20;
