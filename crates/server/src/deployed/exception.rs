//! The deployed API's failures: a class and a message of Ruby's, and the request told back.

use http::StatusCode;
use start_points::json::quoted;

use crate::body::glance;

/// More bytes than are shown of a body.
const FOR_A_GLANCE: usize = 2 << 10;

/// What the deployed service would have raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exception {
    class: &'static str,
    message: String,
}

impl Exception {
    /// A path that is none, or a body that is no object.
    pub(super) fn malformed() -> Self {
        Self { class: "ClientError", message: "json:malformed".to_owned() }
    }

    /// A body that is no JSON.
    pub(super) fn unparsable(message: String) -> Self {
        Self { class: "JSON::ParserError", message }
    }

    /// A body of more levels than are read.
    pub(super) fn too_deep(nesting: usize) -> Self {
        Self { class: "JSON::NestingError", message: format!("nesting of {nesting} is too deep") }
    }

    /// A `name` that is missing, or is no string.
    pub(super) fn name(what: &str) -> Self {
        Self { class: "ArgumentError", message: format!("name:{what}") }
    }

    pub(super) fn unknown(name: &str) -> Self {
        Self { class: "ArgumentError", message: format!("name:{name}:unknown") }
    }

    /// A body that was not taken.
    pub(super) fn refused(message: String) -> Self {
        Self { class: "ClientError", message }
    }

    /// Only what the deployed service blames on the client is one of 400.
    pub(super) fn status(&self) -> StatusCode {
        if self.class == "ClientError" { StatusCode::BAD_REQUEST } else { StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// As Ruby's `JSON.pretty_generate` writes it, with a glance of what the client sent.
    pub(super) fn json(&self, path: &str, body: &[u8]) -> String {
        let body = String::from_utf8_lossy(body.get(..FOR_A_GLANCE).unwrap_or(body));
        format!(
            "{{\n  \"exception\": {{\n    \"path\": {},\n    \"body\": {},\n    \"class\": {},\n    \"message\": {}\n  }}\n}}",
            quoted(&glance(path)),
            quoted(&glance(&body)),
            quoted(self.class),
            quoted(&glance(&self.message)),
        )
    }
}
