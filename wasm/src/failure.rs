//! Errors on their way to JavaScript: thrown as JSON text, of which the package makes a `StartPointsError`.

use std::fmt::Display;

use start_points::Span;
use start_points::json::{Document, JsonError, Writer};
use start_points::resolve::ResolveError;
use wasm_bindgen::JsValue;

use crate::utf16::utf16;

/// An error: its code, message, location in the input, and hint.
#[derive(Debug)]
pub struct JsFailure {
    code: &'static str,
    message: String,
    place: Option<Place>,
    hint: Option<String>,
}

/// Where in the input.
#[derive(Debug)]
struct Place {
    bytes: Span,
    utf16: Span,
}

impl JsFailure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, hint: None }
    }

    /// An error of the engine, whose code is the name of its kind.
    pub(crate) fn of(kind: impl Into<&'static str>, error: &dyn Display) -> Self {
        Self::new(kind.into(), error.to_string())
    }

    /// Where in the text that was given.
    pub(crate) fn at(mut self, text: &[u8], bytes: Span) -> Self {
        let source = utf16(text);
        let utf16 = Span::new(source.units(bytes.start), source.units(bytes.end));
        self.place = Some(Place { bytes, utf16 });
        self
    }

    pub(crate) fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl From<JsFailure> for JsValue {
    fn from(failure: JsFailure) -> Self {
        let JsFailure { code, message, place, hint } = failure;
        let mut json = Writer::new();
        json.open('{');
        json.key("code").string(code);
        json.key("message").string(&message);
        json.key("span");
        match place {
            Some(Place { bytes, utf16 }) => {
                json.open('{');
                json.key("start").count(bytes.start);
                json.key("end").count(bytes.end);
                json.key("utf16").open('{');
                json.key("from").count(utf16.start);
                json.key("to").count(utf16.end);
                json.close('}');
                json.close('}');
            }
            None => json.value("null"),
        }
        json.key("hint").optional(hint.as_deref());
        json.close('}');
        Self::from_str(&json.finish())
    }
}

impl From<ResolveError> for JsFailure {
    fn from(error: ResolveError) -> Self {
        Self::of(&error, &error)
    }
}

/// A text that has to be JSON.
pub(crate) fn document(bytes: &[u8]) -> Result<Document<'_>, JsFailure> {
    Document::parse(bytes).map_err(|error: JsonError| {
        JsFailure::of("invalid-json", &error).at(bytes, error.span).hint(error.hint().map(Into::into))
    })
}
