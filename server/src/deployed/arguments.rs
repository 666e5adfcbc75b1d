//! The arguments of a request: a JSON object in its body, or nothing.

use start_points::json::Document;

use super::exception::Exception;

/// What a request's body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arguments {
    name: Name,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Missing,
    NoString,
    Said(String),
}

impl Arguments {
    /// An empty body is an empty object, as probes send it.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Exception> {
        if matches!(body, b"" | b"{}") {
            return Ok(Self { name: Name::Missing });
        }
        let document = Document::parse(body).map_err(|error| Exception::unparsable(error.to_string()))?;
        let object = document.root();
        if object.as_object().is_none() {
            return Err(Exception::malformed());
        }
        let name = object.get("name").map_or(Name::Missing, |name| {
            name.as_str().map_or(Name::NoString, |name| Name::Said(name.to_owned()))
        });
        Ok(Self { name })
    }

    pub(super) fn name(&self) -> Result<&str, Exception> {
        match &self.name {
            Name::Missing => Err(Exception::name("missing")),
            Name::NoString => Err(Exception::name("!string")),
            Name::Said(name) => Ok(name),
        }
    }
}
