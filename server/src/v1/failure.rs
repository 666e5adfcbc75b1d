//! Failures of `/v1/`: what, and what helps.

use axum::response::{IntoResponse, Response};
use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{BodyError, json};

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
}

impl Failure {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { error: error.into(), hint: None, status }
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
        };
        Self::new(error.status(), what)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // Writing two texts does not fail.
        let mut response = json(self.status, serde_json::to_string(&self).unwrap_or_default());
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            // What is left of the body is not waited for.
            response.headers_mut().insert(CONNECTION, const { HeaderValue::from_static("close") });
        }
        response
    }
}
