//! Failures of `/v1/`: what, and what helps.

use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{BodyError, glance, json};
use crate::work::Busy;

/// Why a request was not answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Failure {
    /// What is wrong.
    error: String,
    /// What helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    status: StatusCode,
    /// Whether what is left of the body is not waited for.
    #[serde(skip)]
    closes: bool,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { error: glance(&error.into()), hint: None, status, closes: false }
    }

    /// There is no room, or no turn.
    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the service is busy").hint("come again a second later")
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let what = match error {
            BodyError::TooLarge => "the body is too large",
            BodyError::TooSlow => "the body came too slowly",
            BodyError::Broken => "the body broke off",
            BodyError::Busy => return Self { closes: true, ..Self::busy() },
        };
        Self { closes: error != BodyError::Broken, ..Self::new(error.status(), what) }
    }
}

impl From<Busy> for Failure {
    fn from(_: Busy) -> Self {
        Self::busy()
    }
}

/// A path whose escapes are not UTF-8.
impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "the path is not UTF-8")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // Writing two texts does not fail.
        let mut response = json(self.status, serde_json::to_string(&self).unwrap_or_default());
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, const { HeaderValue::from_static("1") });
        }
        if self.closes {
            response.headers_mut().insert(CONNECTION, const { HeaderValue::from_static("close") });
        }
        response
    }
}
