//! Failures of the deployed API: a Ruby class and a message, with an excerpt of the request.

use axum::body::Body;
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use start_points::json::quoted;

use crate::body::BodyError;
use crate::response::{excerpt, json};

/// More bytes than an excerpt of a body has.
const EXCERPTED: usize = 2 << 10;

/// What the deployed service raises. Its dispatcher decides the status by the class:
/// <https://github.com/cyber-dojo/start-points-base/blob/747ea34f/app/src/rack_dispatcher.rb>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LegacyError {
    class: &'static str,
    message: String,
}

impl LegacyError {
    /// An unknown path, or a body that is not an object.
    pub(super) fn malformed() -> Self {
        Self::client("json:malformed".to_owned())
    }

    /// A body that is not JSON. The message is ours: no client reads the words of Ruby's parser.
    pub(super) fn not_json(at: usize) -> Self {
        Self { class: "JSON::ParserError", message: format!("not JSON at byte {at}") }
    }

    /// A body that is nested too deeply.
    pub(super) fn too_deep(nesting: usize) -> Self {
        Self { class: "JSON::NestingError", message: format!("nesting of {nesting} is too deep") }
    }

    /// A `name` that is missing, or not a string.
    pub(super) fn name(fault: &str) -> Self {
        Self { class: "ArgumentError", message: format!("name:{fault}") }
    }

    pub(super) fn unknown_name(name: &str) -> Self {
        Self { class: "ArgumentError", message: format!("name:{name}:unknown") }
    }

    fn client(message: String) -> Self {
        Self { class: "ClientError", message }
    }

    /// 400 only for what the deployed service blames on the client.
    pub(super) fn status(&self) -> StatusCode {
        if self.class == "ClientError" { StatusCode::BAD_REQUEST } else { StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// As Ruby's `JSON.pretty_generate` writes it.
    pub(super) fn json(&self, path: &str, body: &[u8]) -> String {
        let body = String::from_utf8_lossy(body.get(..EXCERPTED).unwrap_or(body));
        format!(
            "{{\n  \"exception\": {{\n    \"path\": {},\n    \"body\": {},\n    \"class\": {},\n    \"message\": {}\n  }}\n}}",
            quoted(&excerpt(path)),
            quoted(&excerpt(&body)),
            quoted(self.class),
            quoted(&excerpt(&self.message)),
        )
    }
}

/// The response to a request whose body was not accepted. The deployed service has no limits, so this is ours, in its
/// form.
pub(super) fn body_refused(path: &str, error: BodyError) -> Response<Body> {
    let mut response = refused(path, error.status(), &error.to_string());
    // The rest of the body is not read.
    response.headers_mut().insert(CONNECTION, const { HeaderValue::from_static("close") });
    response
}

/// The response to a request that was refused before it reached a handler.
pub(crate) fn refused(path: &str, status: StatusCode, message: &str) -> Response<Body> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut response = json(status, LegacyError::client(message.to_owned()).json(path, b""));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, const { HeaderValue::from_static("1") });
    }
    response
}
