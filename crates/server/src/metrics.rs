//! What is counted, for Prometheus at `/metrics`; nothing is where nobody asked for it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::body::Body;
use crate::serve::Shared;

/// Seconds: most answers take microseconds.
const BUCKETS: [f64; 9] = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0];

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Histogram,
    pub(crate) connections: Gauge,
    start_points: Gauge,
    ready: Gauge,
    in_flight: Gauge,
    refused: Gauge,
    pub(crate) reloads: Family<Reloaded, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

/// How a reload ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Reloaded {
    pub(crate) result: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("start_points");
        let requests = Family::default();
        let seconds = Histogram::new(BUCKETS);
        let reloads = Family::default();
        let (connections, start_points, ready) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("request_seconds", "Time from a request's head to its answer", seconds.clone());
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register("start_points", "Start-points of the catalogue", start_points.clone());
        registry.register("ready", "Whether the service is ready", ready.clone());
        let (in_flight, refused) = (Gauge::default(), Gauge::default());
        registry.register("in_flight_bytes", "Bytes of bodies, heads and answers", in_flight.clone());
        registry.register("refused_bytes", "How often there was no room for bytes", refused.clone());
        registry.register("reloads", "Reloads of the catalogue", reloads.clone());
        Self { registry, requests, seconds, connections, start_points, ready, in_flight, refused, reloads }
    }

    pub(crate) fn answered(&self, path: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Answered { route: route_of(path), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Few labels, whatever is asked for.
fn route_of(path: &str) -> &'static str {
    const ROUTES: [&str; 13] = [
        "/alive",
        "/ready",
        "/sha",
        "/names",
        "/image_names",
        "/manifests",
        "/manifest",
        "/v1/start-points",
        "/v1/mix",
        "/v1/check",
        "/v1/ready",
        "/v1/reload",
        "/metrics",
    ];
    if let Some(route) = ROUTES.into_iter().find(|route| *route == path) {
        return route;
    }
    const BELOW: [&str; 2] = ["/v1/start-points/", "/setup/"];
    BELOW.into_iter().find(|below| path.starts_with(below)).unwrap_or("other")
}

/// The route of the counts, where there are any; else the path is like any other.
pub(crate) fn route(shared: &Shared) -> Router<Shared> {
    if shared.metrics.is_none() {
        return Router::new();
    }
    let shared = Arc::clone(shared);
    Router::new().route("/metrics", get(async move || told(&shared)))
}

fn told(shared: &Shared) -> Response<Body> {
    let told = shared.metrics.as_ref().map(|metrics| {
        let count = shared.offer().borrow().start_points;
        metrics.start_points.set(i64::try_from(count).unwrap_or(i64::MAX));
        let budget = shared.connections.budget();
        metrics.in_flight.set(i64::try_from(budget.used()).unwrap_or(i64::MAX));
        metrics.refused.set(i64::try_from(budget.refused()).unwrap_or(i64::MAX));
        metrics.ready.set(i64::from(shared.is_ready()));
        metrics.text()
    });
    let text = told.unwrap_or_default();
    let mut response = Response::new(text.into());
    let of_text = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(of_text));
    response.headers_mut().insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    response
}
