//! Bodies: reading those of requests within limits, and charging both ways to the budget of bytes in flight.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::StatusCode;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::budget::{Charge, Full};
use crate::limits::ServerLimits;
use crate::serve::connections::{Connection, FREE_HEAD};

/// Smaller bodies are part of the price of a connection and not charged: names in requests, answers to probes.
pub(crate) const FREE: usize = 2 << 10;

/// How much of a body is read before the next charge.
const STEP: usize = 16 << 10;

/// Why a request's body was not accepted.
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

/// Reads the whole body, if it has at most `max_bytes`, arrives in time, and fits into the budget.
pub(crate) async fn read(
    request: Request,
    max_bytes: usize,
    limits: &ServerLimits,
) -> Result<Bytes, BodyError> {
    let connection = request.extensions().get::<Arc<Connection>>().cloned();
    let body = request.into_body();
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(BodyError::TooLarge);
    }
    let collected = collect(body, max_bytes, connection.as_deref());
    tokio::time::timeout(limits.body_time, collected).await.unwrap_or(Err(BodyError::TooSlow))
}

/// Copies each frame: keeping them would hold one of hyper's buffers for each, even if it has a single byte.
async fn collect(
    mut body: Body,
    max_bytes: usize,
    connection: Option<&Connection>,
) -> Result<Bytes, BodyError> {
    let mut collected = Vec::new();
    let mut charge: Option<Charge> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        let length = collected.len() + data.len();
        if length > max_bytes {
            return Err(BodyError::TooLarge);
        }
        if length > collected.capacity() {
            let room = grown(collected.capacity(), length, max_bytes);
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
            connection.charge_wide_buffer().await?;
        }
        collected.extend_from_slice(&data);
    }
    Ok(Bytes::from_owner(Charged { bytes: collected, _charge: charge }))
}

/// The next capacity of a buffer that has to hold `length` bytes.
fn grown(capacity: usize, length: usize, max_bytes: usize) -> usize {
    if length <= FREE {
        FREE
    } else {
        (capacity + STEP.max(capacity / 2)).clamp(length, max_bytes.max(length))
    }
}

/// Bytes that stay charged until they are dropped.
struct Charged<T> {
    bytes: T,
    _charge: Option<Charge>,
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Charged<T> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

/// A body of three parts, none of them copied.
pub(crate) struct JoinedBody {
    parts: [Bytes; 3],
    next: usize,
}

impl JoinedBody {
    pub(crate) fn body(parts: [Bytes; 3]) -> Body {
        Body::new(Self { parts, next: 0 })
    }
}

impl HttpBody for JoinedBody {
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

/// A body with a hook that sees every frame.
pub(crate) struct HookedBody<B: HttpBody, H: BodyHook> {
    body: B,
    hook: H,
}

/// What a [`HookedBody`] does besides passing frames on.
pub(crate) trait BodyHook: Unpin {
    /// After each poll: whether a frame (or the end) is there.
    fn polled(&mut self, _is_ready: bool) {}

    /// Each piece of data.
    fn data(&mut self, bytes: Bytes) -> Bytes {
        bytes
    }

    /// When the body is dropped.
    fn dropped(&mut self, _is_at_end: bool) {}
}

impl<B: HttpBody, H: BodyHook> HookedBody<B, H> {
    pub(crate) fn new(body: B, hook: H) -> Self {
        Self { body, hook }
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin, H: BodyHook> HttpBody for HookedBody<B, H> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.hook.polled(frame.is_ready());
        frame.map_ok(|frame| frame.map_data(|bytes| self.hook.data(bytes)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: HttpBody, H: BodyHook> Drop for HookedBody<B, H> {
    fn drop(&mut self) {
        self.hook.dropped(self.body.is_end_stream());
    }
}

/// Tells a connection whether the client is waited for, and whether the rest of a request's body stays unread.
pub(crate) struct RequestHook(pub(crate) Arc<Connection>);

impl BodyHook for RequestHook {
    fn polled(&mut self, is_ready: bool) {
        self.0.set_busy(is_ready);
    }

    fn dropped(&mut self, is_at_end: bool) {
        if !is_at_end {
            self.0.leave_unread();
        }
    }
}

/// Keeps a response charged until its bytes are written. hyper keeps the bytes when the body is gone, so the charge
/// moves into them; responses made for one request have one piece.
pub(crate) struct ResponseHook(pub(crate) Option<Charge>);

impl BodyHook for ResponseHook {
    fn data(&mut self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Charged { bytes, _charge: self.0.take() })
    }
}
