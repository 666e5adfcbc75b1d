//! A strict JSON parser into a tree that remembers where everything is.
//!
//! The grammar is <https://www.rfc-editor.org/rfc/rfc8259> and nothing more: no byte-order mark, no comments, no trailing commas. The
//! deployed checker (Ruby, `JSON.parse!`) accepts and rejects the same texts. Every value and every key
//! carries its byte [`Span`](crate::Span), duplicate keys are kept and listed, and strings borrow
//! from the text unless they hold an escape. A text that is rejected can be read again with
//! [`Document::recover`], which finds its other faults too.

mod document;
mod error;
mod keys;
mod literal;
mod locate;
mod node;
mod parser;
mod pointer;
mod state;
#[cfg(test)]
mod tests;
mod unexpected;
mod writer;

pub use document::{Document, Recovered};
pub use error::{Expected, FoundToken, JsonError, JsonErrorKind, MAX_BYTES, NumberFault};
pub use keys::DuplicateKey;
pub use locate::PointerPart;
pub(crate) use node::integer_part;
pub use node::{Member, Node, Value};
pub use parser::MAX_DEPTH;
pub use pointer::{Pointer, PointerError};
pub use state::MAX_ERRORS;
pub use writer::{JsonWriter, quoted};
// The former names, until every crate has the new ones.
#[doc(hidden)]
pub use {locate::PointerPart as Part, writer::JsonWriter as Writer};
