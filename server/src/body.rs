//! Bodies: what is answered in JSON, and what is read of a request.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use crate::settings::Limits;

pub(crate) use axum::body::Body;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer in JSON that nobody keeps.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    response
}

/// Why a request's body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("body:too-large")]
    TooLarge,
    #[error("body:too-slow")]
    TooSlow,
    #[error("body:broken")]
    Broken,
}

impl BodyError {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// The whole body, where it is no larger than the limit and comes in time.
pub(crate) async fn read(body: Body, limits: &Limits) -> Result<Bytes, BodyError> {
    let limit = limits.body_bytes;
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    tokio::time::timeout(limits.body_time, collected(body, limit)).await.unwrap_or(Err(BodyError::TooSlow))
}

/// Copied as it comes: what comes a byte at a time would hold a buffer for each.
async fn collected(mut body: Body, limit: usize) -> Result<Bytes, BodyError> {
    let mut collected = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if collected.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        collected.extend_from_slice(&data);
    }
    Ok(collected.into())
}
