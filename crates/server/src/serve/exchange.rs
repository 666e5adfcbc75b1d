//! One request and its answer: an id for both, a line in the log, and what is counted.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{CONNECTION, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use start_points::shown::shown;
use tower::ServiceExt as _;
use tracing::{debug, enabled};

use super::{Connection, Shared, host};
use crate::body::{Body, CountedBody, FREE, Kept};
use crate::budget::Full;
use crate::deployed;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::v1::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most bytes of an id that a client gives.
const MAX_ID: usize = 128;

/// What answers the requests of a connection.
#[derive(Debug, Clone)]
pub(super) struct Answering {
    router: Router,
    shared: Shared,
}

impl Answering {
    pub(super) fn new(router: Router, shared: &Shared) -> Self {
        Self { router, shared: Arc::clone(shared) }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.shared.settings.limits
    }

    pub(super) fn metrics(&self) -> Option<&Metrics> {
        self.shared.metrics.as_ref()
    }

    /// Answers a request, whatever it is; a handler that panics ends nothing but its own answer.
    pub(super) async fn answer(
        self,
        connection: Arc<Connection>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        connection.begin();
        let id = request.headers().get(REQUEST_ID).filter(|id| is_sound(id)).cloned().unwrap_or_else(fresh);
        let watched = Watched::begin(&self.shared, &request);
        let path = request.uri().path().to_owned();
        let answered = match host::check(&self.shared.settings, &request) {
            Ok(()) => AssertUnwindSafe(routed(self.router, &connection, request)).catch_unwind().await,
            Err(error) => Ok(failed(&path, error.status(), error.message())),
        };
        let response = answered.unwrap_or_else(|_| {
            tracing::error!(path = %shown(&path), "a request panicked, and was answered with 500");
            failed(&path, StatusCode::INTERNAL_SERVER_ERROR, "this service has a fault; it is in its log")
        });
        let mut response = counted(&connection, &path, response).await;
        if let Some(watched) = watched {
            watched.end(&self.shared, &id, &response);
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
        if connection.is_wide() {
            // Its buffer would stay as large until the client leaves.
            headers.insert(CONNECTION, const { HeaderValue::from_static("close") });
        }
        connection.end();
        Ok(response)
    }
}

async fn routed(router: Router, connection: &Arc<Connection>, request: Request<Incoming>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    head.extensions.insert(Arc::clone(connection));
    let body = Body::new(Waited { body, connection: Arc::clone(connection) });
    match router.oneshot(Request::from_parts(head, body)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// An answer that was made for this request is counted until it is written.
async fn counted(connection: &Connection, path: &str, response: Response<Body>) -> Response<Body> {
    let size = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    if size <= FREE || response.extensions().get::<Kept>().is_some() {
        return response;
    }
    match connection.charge(size).await {
        Ok(charge) => response.map(|body| Body::new(CountedBody { body, charge: Some(charge) })),
        Err(Full) => failed(path, StatusCode::SERVICE_UNAVAILABLE, "the service is busy"),
    }
}

// With `panic = "abort"` nothing could be caught: one panic would end the service for everybody.
const _: () = assert!(cfg!(panic = "unwind"), "the service is built with unwinding panics");

/// A failure in the form of the API that was asked.
fn failed(path: &str, status: StatusCode, message: &str) -> Response<Body> {
    match path.starts_with("/v1/") {
        true => Failure::new(status, message).into_response(),
        false => deployed::refused(path, status, message),
    }
}

/// A body that says whether it is the client who is waited for, and whether the rest of it is left unread.
struct Waited {
    body: Incoming,
    connection: Arc<Connection>,
}

impl Drop for Waited {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            self.connection.leave_unread();
        }
    }
}

impl HttpBody for Waited {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.connection.work(frame.is_ready());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Of a request, what is told when it is answered; where nobody wants to know, nothing is kept.
struct Watched {
    method: http::Method,
    path: String,
    began: Instant,
}

impl Watched {
    fn begin(shared: &Shared, request: &Request<Incoming>) -> Option<Self> {
        let is_wanted = shared.metrics.is_some() || enabled!(tracing::Level::DEBUG);
        is_wanted.then(|| Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            began: Instant::now(),
        })
    }

    fn end(self, shared: &Shared, id: &HeaderValue, response: &Response<Body>) {
        let took = self.began.elapsed();
        let status = response.status().as_u16();
        if let Some(metrics) = &shared.metrics {
            metrics.answered(&self.path, status, took);
        }
        let Self { method, path, .. } = self;
        let path = shown(&path);
        let id = id.to_str().unwrap_or_default();
        debug!(%method, %path, status, id, microseconds = took.as_micros(), "answered");
    }
}

fn is_sound(id: &HeaderValue) -> bool {
    !id.is_empty() && id.len() <= MAX_ID && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// An id that no other request of this process has, nor likely one of another.
fn fresh() -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        use std::hash::{BuildHasher as _, RandomState};
        RandomState::new().hash_one(std::process::id())
    });
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = format!("{:016x}-{number:x}", *PROCESS);
    HeaderValue::try_from(text).unwrap_or(const { HeaderValue::from_static("0") })
}
