//! Errors on their way to JavaScript: thrown as JSON text, of which the package makes a `StartPointsError`.

use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Write as _};

use serde_json::{Value, json};
use start_points::Span;
use start_points::json::{Document, JsonError};
use start_points::resolve::ResolveError;
use wasm_bindgen::JsValue;

use crate::utf16::Index;

/// An error: which, a sentence, where in the input, and advice.
#[derive(Debug)]
pub struct Failure {
    code: Cow<'static, str>,
    message: String,
    span: Value,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), span: Value::Null, hint: None }
    }

    /// An error of the engine, whose code is the name of its kind.
    pub(crate) fn of(kind: &impl Debug, error: &impl Display) -> Self {
        Self::new(code(kind), error.to_string())
    }

    /// Where in the text that was given.
    pub(crate) fn at(mut self, text: &[u8], span: Span) -> Self {
        let index = Index::new(text);
        let (from, to) = (index.offset(text, span.start), index.offset(text, span.end));
        self.span = json!({ "start": span.start, "end": span.end, "utf16": { "from": from, "to": to } });
        self
    }

    pub(crate) fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let Failure { code, message, span, hint } = failure;
        let text = json!({ "code": code, "message": message, "span": span, "hint": hint }).to_string();
        Self::from_str(&text)
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        Self::of(&error, &error)
    }
}

/// A text that has to be JSON.
pub(crate) fn document(bytes: &[u8]) -> Result<Document<'_>, Failure> {
    Document::parse(bytes).map_err(|error: JsonError| {
        Failure::new("invalid-json", error.to_string())
            .at(bytes, error.span)
            .hint(error.hint().map(Into::into))
    })
}

/// `UnsupportedScheme("ftp")` → `unsupported-scheme`.
fn code(kind: &impl Debug) -> String {
    let mut name = VariantName(String::new());
    // Ends with an error on purpose, once the name is there.
    let _ = write!(name, "{kind:?}");
    name.0
}

/// Takes the first piece that `Debug` writes, which is the variant's name.
struct VariantName(String);

impl fmt::Write for VariantName {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if !self.0.is_empty() {
            return Err(fmt::Error);
        }
        for c in piece.chars() {
            if c.is_ascii_uppercase() && !self.0.is_empty() {
                self.0.push('-');
            }
            self.0.push(c.to_ascii_lowercase());
        }
        Ok(())
    }
}
