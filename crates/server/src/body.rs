//! Bodies: what is answered in JSON, and what is read of a request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::budget::{Charge, Full};
use crate::limits::Limits;
use crate::serve::{Connection, FREE_HEAD};

pub(crate) use axum::body::Body;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is smaller is in the price of a connection, and not counted: bodies that hold a name, probes' answers.
pub(crate) const FREE: usize = 2 << 10;

/// The most of a body that is read into memory before more is counted.
const STEP: usize = 16 << 10;

/// The most of a client's text that an answer repeats.
const GLANCE: usize = 1 << 10;

/// An answer in JSON that nobody keeps.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    response
}

/// A client's text as an answer repeats it: a glance of it.
pub(crate) fn glance(text: &str) -> String {
    let end = text.floor_char_boundary(GLANCE);
    match text.get(..end) {
        Some(start) if end < text.len() => format!("{start}…"),
        _ => text.to_owned(),
    }
}

/// An answer whose bytes are in memory anyway, however many ask for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept;

/// Says so of an answer.
pub(crate) fn kept(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(Kept);
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
    #[error("service:busy")]
    Busy,
}

impl From<Full> for BodyError {
    fn from(_: Full) -> Self {
        Self::Busy
    }
}

impl BodyError {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The whole body, where it is no larger than `most`, comes in time, and there is room for it.
pub(crate) async fn read(request: Request, most: usize, limits: &Limits) -> Result<Bytes, BodyError> {
    let connection = request.extensions().get::<Arc<Connection>>().cloned();
    let body = request.into_body();
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > most as u64 {
        return Err(BodyError::TooLarge);
    }
    let collected = collected(body, most, connection.as_deref());
    tokio::time::timeout(limits.body_time, collected).await.unwrap_or(Err(BodyError::TooSlow))
}

/// Copied as it comes: what comes a byte at a time would hold a buffer for each.
async fn collected(mut body: Body, most: usize, connection: Option<&Connection>) -> Result<Bytes, BodyError> {
    let mut collected = Vec::new();
    let mut charge: Option<Charge> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        let length = collected.len() + data.len();
        if length > most {
            return Err(BodyError::TooLarge);
        }
        if length > collected.capacity() {
            let room = match length <= FREE {
                true => FREE,
                false => (collected.capacity() + STEP.max(collected.capacity() / 2))
                    .clamp(length, most.max(length)),
            };
            if let Some(connection) = connection.filter(|_| room > FREE) {
                let more = connection.charge(room - collected.capacity()).await?;
                match &mut charge {
                    Some(charge) => charge.join(more),
                    None => charge = Some(more),
                }
            }
            collected.reserve_exact(room - collected.len());
        }
        if let Some(connection) = connection.filter(|_| length > FREE_HEAD) {
            connection.read_wide().await?;
        }
        collected.extend_from_slice(&data);
    }
    Ok(Bytes::from_owner(Counted { bytes: collected, _charge: charge }))
}

/// Bytes that are counted for as long as they are there.
struct Counted<T> {
    bytes: T,
    _charge: Option<Charge>,
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Counted<T> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

/// An answer of several parts, none of them copied.
pub(crate) struct Parts {
    parts: [Bytes; 3],
    next: usize,
}

impl Parts {
    pub(crate) fn body(parts: [Bytes; 3]) -> Body {
        Body::new(Self { parts, next: 0 })
    }
}

impl HttpBody for Parts {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = self.next;
        self.next += 1;
        Poll::Ready(self.parts.get_mut(next).map(|part| Ok(Frame::data(std::mem::take(part)))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.parts.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.parts.iter().map(|part| part.len() as u64).sum())
    }
}

/// An answer whose bytes are counted until they are written.
pub(crate) struct CountedBody {
    pub(crate) body: Body,
    pub(crate) charge: Option<Charge>,
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        // Answers that are made for a request are of one piece, which hyper keeps when the body is gone.
        frame.map_ok(|frame| {
            frame.map_data(|bytes| Bytes::from_owner(Counted { bytes, _charge: self.charge.take() }))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_only_a_glance_is_repeated() {
        assert_eq!(glance("short"), "short");
        let cut = glance(&"é".repeat(100_000));
        assert!(cut.ends_with("é…") && cut.len() < GLANCE + 4, "{}", cut.len());
    }
}
