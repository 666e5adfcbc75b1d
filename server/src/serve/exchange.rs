//! One request and its answer: an id for both, a line in the log, and what is counted.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::response::IntoResponse as _;
use http::header::X_CONTENT_TYPE_OPTIONS;
use http::{HeaderName, HeaderValue, Request, Response};
use hyper::body::Incoming;
use tower::ServiceExt as _;
use tracing::{debug, enabled};

use super::Shared;
use super::host::Hosts;
use crate::body::Body;
use crate::metrics::Metrics;
use crate::settings::Limits;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most bytes of an id that a client gives.
const MAX_ID: usize = 128;

/// What answers the requests of a connection.
#[derive(Debug, Clone)]
pub(super) struct Answering {
    router: Router,
    hosts: Arc<Hosts>,
    shared: Shared,
}

impl Answering {
    pub(super) fn new(router: Router, shared: &Shared) -> Self {
        Self { router, hosts: Arc::new(Hosts::of(&shared.settings)), shared: Arc::clone(shared) }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.shared.settings.limits
    }

    pub(super) fn metrics(&self) -> Option<&Metrics> {
        self.shared.metrics.as_ref()
    }

    pub(super) async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let id = request.headers().get(REQUEST_ID).filter(|id| is_sound(id)).cloned().unwrap_or_else(fresh);
        let watched = Watched::begin(&self.shared, &request);
        let mut response = match self.hosts.check(&request) {
            Ok(()) => self.router.oneshot(request.map(Body::new)).await?,
            Err(failure) => failure.into_response(),
        };
        if let Some(watched) = watched {
            watched.end(&self.shared, &id, &response);
        }
        response.headers_mut().insert(REQUEST_ID, id);
        // No answer is anything but what it says it is.
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
        Ok(response)
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
        let path = start_points::shown::shown(&path);
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
