//! The service behind a connection: it passes each request to the router, and gives the response an id, a line in the
//! log, and a place in the metrics.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use futures_util::FutureExt as _;
use http::header::{CONNECTION, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use start_points::shown::shown;
use tower::ServiceExt as _;
use tracing::{debug, enabled};

use super::connections::Connection;
use super::host;
use crate::body::{FREE, HookedBody, RequestHook, ResponseHook};
use crate::budget::Full;
use crate::legacy_api;
use crate::limits::ServerLimits;
use crate::metrics::Metrics;
use crate::response::Uncharged;
use crate::state::Shared;
use crate::v1::error::V1Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most bytes of an id that a client chose.
const MAX_ID: usize = 128;

// With `panic = "abort"` a panic could not be caught, and would end the service for everybody.
const _: () = assert!(cfg!(panic = "unwind"), "build the service with unwinding panics");

/// Responds to the requests of a connection.
#[derive(Debug, Clone)]
pub(super) struct ConnectionService {
    router: Router,
    shared: Shared,
}

impl ConnectionService {
    pub(super) fn new(router: Router, shared: &Shared) -> Self {
        Self { router, shared: Arc::clone(shared) }
    }

    pub(super) fn limits(&self) -> &ServerLimits {
        &self.shared.settings.limits
    }

    pub(super) fn metrics(&self) -> Option<&Metrics> {
        self.shared.metrics.as_ref()
    }

    /// Responds to any request. A handler that panics fails its own request only.
    pub(super) async fn respond(
        self,
        connection: Arc<Connection>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        connection.begin_request();
        let id = request_id(&request);
        let trace = RequestTrace::begin(&self.shared, &request);
        let path = request.uri().path().to_owned();
        let result = match host::check(&self.shared.settings, &request) {
            Ok(()) => AssertUnwindSafe(route(self.router, &connection, request)).catch_unwind().await,
            Err(error) => Ok(failure(&path, error.status(), error.message())),
        };
        let response = result.unwrap_or_else(|_| {
            tracing::error!(path = %shown(&path), "a handler panicked; answered with 500");
            failure(&path, StatusCode::INTERNAL_SERVER_ERROR, "internal error; see the log of this service")
        });
        let mut response = charge(&connection, &path, response).await;
        if let Some(trace) = trace {
            trace.end(&self.shared, &id, &response);
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
        if connection.has_wide_buffer() {
            // The buffer would stay as large as long as the connection is open.
            headers.insert(CONNECTION, const { HeaderValue::from_static("close") });
        }
        connection.end_request();
        Ok(response)
    }
}

async fn route(router: Router, connection: &Arc<Connection>, request: Request<Incoming>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    head.extensions.insert(Arc::clone(connection));
    let body = Body::new(HookedBody::new(body, RequestHook(Arc::clone(connection))));
    match router.oneshot(Request::from_parts(head, body)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Charges a response that was made for this request until it is written.
async fn charge(connection: &Connection, path: &str, response: Response<Body>) -> Response<Body> {
    let size = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    if size <= FREE || response.extensions().get::<Uncharged>().is_some() {
        return response;
    }
    match connection.charge(size).await {
        Ok(charge) => response.map(|body| Body::new(HookedBody::new(body, ResponseHook(Some(charge))))),
        Err(Full) => failure(path, StatusCode::SERVICE_UNAVAILABLE, "the service is busy"),
    }
}

/// A failure in the form of the API that was called.
fn failure(path: &str, status: StatusCode, message: &str) -> Response<Body> {
    if path.starts_with("/v1/") {
        V1Error::new(status, message).into_response()
    } else {
        legacy_api::error::refused(path, status, message)
    }
}

/// What the log and the metrics say about a request. Not kept if neither is on.
struct RequestTrace {
    method: http::Method,
    path: String,
    began: Instant,
}

impl RequestTrace {
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
            metrics.count_request(&self.path, status, took);
        }
        let Self { method, path, .. } = self;
        let path = shown(&path);
        let id = id.to_str().unwrap_or_default();
        debug!(%method, %path, status, id, microseconds = took.as_micros(), "answered");
    }
}

/// The id that the client chose, or a new one.
fn request_id(request: &Request<Incoming>) -> HeaderValue {
    request.headers().get(REQUEST_ID).filter(|id| is_valid_id(id)).cloned().unwrap_or_else(new_id)
}

fn is_valid_id(id: &HeaderValue) -> bool {
    !id.is_empty() && id.len() <= MAX_ID && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// An id that is unique in this process, and most likely across processes.
fn new_id() -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        use std::hash::{BuildHasher as _, RandomState};
        RandomState::new().hash_one(std::process::id())
    });
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = format!("{:016x}-{number:x}", *PROCESS);
    HeaderValue::try_from(text).unwrap_or(const { HeaderValue::from_static("0") })
}
