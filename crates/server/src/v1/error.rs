//! Failures of `/v1/`: what is wrong, and what to do about it.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::BodyError;
use crate::response::{excerpt, json_of};
use crate::work::Busy;

/// Why a request failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub(crate) struct V1Error {
    /// What is wrong.
    error: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    status: StatusCode,
    /// Whether the connection is closed because the rest of the body is not read.
    #[serde(skip)]
    closes: bool,
}

impl V1Error {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { error: excerpt(&error.into()), hint: None, status, closes: false }
    }

    pub(crate) fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// The bytes in flight or the turns to work are used up.
    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the service is busy").hint("retry after a second")
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<BodyError> for V1Error {
    fn from(error: BodyError) -> Self {
        let message = match error {
            BodyError::TooLarge => "the body is too large",
            BodyError::TooSlow => "the body arrived too slowly",
            BodyError::Broken => "the body is incomplete",
            BodyError::Busy => return Self { closes: true, ..Self::busy() },
        };
        Self { closes: error != BodyError::Broken, ..Self::new(error.status(), message) }
    }
}

impl From<Busy> for V1Error {
    fn from(_: Busy) -> Self {
        Self::busy()
    }
}

/// A path whose percent-encoding is not UTF-8.
impl From<PathRejection> for V1Error {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "the path is not UTF-8")
    }
}

impl IntoResponse for V1Error {
    fn into_response(self) -> Response {
        let mut response = json_of(self.status, &self);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, const { HeaderValue::from_static("1") });
        }
        if self.closes {
            response.headers_mut().insert(CONNECTION, const { HeaderValue::from_static("close") });
        }
        response
    }
}

/// The parameter of a route's path, percent-decoded. axum's own [`Path`] rejects with plain text; this, with JSON.
#[derive(Debug)]
pub(crate) struct PathText(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, V1Error> {
        let Path(text) = Path::from_request_parts(parts, state).await?;
        Ok(Self(text))
    }
}
