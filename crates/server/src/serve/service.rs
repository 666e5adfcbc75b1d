//! The service behind a connection: it checks the host of each request, passes it to the router, and gives the response
//! an id, a line in the log, and a place in the metrics.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use futures_util::FutureExt as _;
use http::header::{CONNECTION, HOST, X_CONTENT_TYPE_OPTIONS};
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use start_points::shown::shown;
use tower::ServiceExt as _;
use tracing::{debug, enabled};

use super::connections::{Connection, Connections};
use crate::body::{FREE, HookedBody, RequestHook, ResponseHook};
use crate::budget::Full;
use crate::legacy_api;
use crate::limits::ServerLimits;
use crate::metrics::Metrics;
use crate::response::Uncharged;
use crate::settings::ServerSettings;
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

    pub(super) fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.shared.connections)
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
        let result = match check_host(&self.shared.settings, &request) {
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

/// Why a request is refused for its host. A web page must not reach a service on this machine under a name of its own
/// that resolves to this machine (DNS rebinding): <https://en.wikipedia.org/wiki/DNS_rebinding>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostError {
    /// HTTP/1.1 requires exactly one: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>.
    NotOne,
    /// Not a host and port.
    Malformed,
    /// Not a host of this service: <https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20>.
    NotOurs,
}

impl HostError {
    const fn status(self) -> StatusCode {
        match self {
            Self::NotOne | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotOurs => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::NotOne => "a request needs exactly one Host header",
            Self::Malformed => "the Host header is not a host and port",
            Self::NotOurs => "this service does not serve the host of the request; `--allowed-host` adds it",
        }
    }
}

/// Checks the `Host` of a request, and the host in its target if it has one.
fn check_host<B>(settings: &ServerSettings, request: &Request<B>) -> Result<(), HostError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).map_err(|_| HostError::Malformed)?),
        // HTTP/1.0 does not require one, and browsers do not use HTTP/1.0.
        (None, _) if request.version() < Version::HTTP_11 => None,
        _ => return Err(HostError::NotOne),
    };
    for named in host.iter().chain(request.uri().authority()) {
        if named.as_str().contains('@') {
            return Err(HostError::Malformed);
        }
        if !is_ours(settings, named.host()) {
            return Err(HostError::NotOurs);
        }
    }
    Ok(())
}

/// An IP address cannot be rebound. A service on loopback accepts loopback names and addresses only.
fn is_ours(settings: &ServerSettings, host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let is_listed = |listed: &String| listed == "*" || listed.eq_ignore_ascii_case(name);
    if settings.allowed_hosts.iter().any(is_listed) {
        return true;
    }
    match (settings.host.is_loopback(), address) {
        (true, Some(address)) => address.is_loopback(),
        (true, None) => name.eq_ignore_ascii_case("localhost"),
        (false, Some(_)) => true,
        (false, None) => settings.allowed_hosts.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use start_points_catalogue::CatalogueSource;

    fn is_accepted(listen: &str, allowed: &[&str], host: &str) -> bool {
        let mut settings = ServerSettings::new(CatalogueSource::Folder("/".into()));
        settings.host = listen.parse().expect("an address");
        settings.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
        let request = Request::builder().header(HOST, host).body(()).expect("a request");
        check_host(&settings, &request).is_ok()
    }

    #[test]
    fn a_service_on_loopback_accepts_loopback_names_only() {
        for host in
            ["localhost", "LOCALHOST:80", "localhost.:1", "127.0.0.1:4524", "127.1.2.3", "[::1]", "[::1]:80"]
        {
            assert!(is_accepted("127.0.0.1", &[], host) && is_accepted("::1", &[], host), "{host}");
        }
        for host in
            ["example.com", "localhost.example.com", "10.0.0.1", "127.0.0.1.example.com", "x@localhost", ""]
        {
            assert!(!is_accepted("127.0.0.1", &[], host), "{host}");
            assert!(
                is_accepted("127.0.0.1", &["*"], host) != host.is_empty() || host.contains('@'),
                "{host}"
            );
        }
        assert!(is_accepted("127.0.0.1", &["example.com"], "Example.com:8080"));
        assert!(is_accepted("127.0.0.1", &["example.com"], "localhost"));
    }

    #[test]
    fn other_services_accept_any_host_until_some_are_listed() {
        assert!(is_accepted("0.0.0.0", &[], "example.com"));
        assert!(is_accepted("0.0.0.0", &["a.example"], "a.example:80"));
        assert!(
            is_accepted("0.0.0.0", &["a.example"], "10.1.2.3:8080"),
            "Kubernetes sends probes to the address"
        );
        assert!(!is_accepted("0.0.0.0", &["a.example"], "b.example"));
    }
}
