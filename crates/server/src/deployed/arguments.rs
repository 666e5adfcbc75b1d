//! The arguments of a request: a JSON object in its body, or nothing.

use super::exception::Exception;
use super::ruby_json::{self, Named, Text};

/// What a request's body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arguments {
    name: Option<Named>,
}

impl Arguments {
    /// An empty body is an empty object, as probes send it.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Exception> {
        if body.is_empty() {
            return Ok(Self { name: None });
        }
        match ruby_json::parse(body)? {
            Text::Object(name) => Ok(Self { name }),
            Text::Other => Err(Exception::malformed()),
        }
    }

    /// The argument `name`.
    pub(super) fn name(&self) -> Result<&str, Exception> {
        match &self.name {
            None => Err(Exception::name("missing")),
            Some(Named::Other) => Err(Exception::name("!string")),
            Some(Named::Text(name)) => Ok(name),
        }
    }
}
