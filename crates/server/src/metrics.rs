//! Metrics for Prometheus, if `/metrics` is served.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::budget::Budget;

/// The media type of [`Metrics::text`]:
/// <https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// In seconds; most responses take microseconds.
const BUCKETS: [f64; 9] = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0];

/// The counters, gauges and histograms of a service.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    connections: Gauge,
    start_points: Gauge,
    ready: Gauge,
    in_flight: Gauge,
    refused: Gauge,
    reloads: Family<ReloadLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    result: &'static str,
}

/// Counts a connection while it is open.
#[derive(Debug)]
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("start_points");
        let requests = Family::default();
        let seconds = Histogram::new(BUCKETS);
        let reloads = Family::default();
        let (connections, start_points, ready) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("request_seconds", "Time from a request's head to its response", seconds.clone());
        registry.register("connections", "Open connections", connections.clone());
        registry.register("start_points", "Start-points of the catalogue", start_points.clone());
        registry.register("ready", "Whether the service is ready", ready.clone());
        let (in_flight, refused) = (Gauge::default(), Gauge::default());
        registry.register("in_flight_bytes", "Bytes of bodies, heads and responses", in_flight.clone());
        registry.register(
            "refused_bytes",
            "How often the bytes in flight were at their limit",
            refused.clone(),
        );
        registry.register("reloads", "Reloads of the catalogue", reloads.clone());
        Self { registry, requests, seconds, connections, start_points, ready, in_flight, refused, reloads }
    }

    pub(crate) fn count_request(&self, path: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { route: route_label(path), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn count_reload(&self, is_served: bool) {
        let result = if is_served { "served" } else { "refused" };
        self.reloads.get_or_create(&ReloadLabels { result }).inc();
    }

    pub(crate) fn open_connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    /// All metrics, with these current values.
    pub(crate) fn text(&self, start_points: usize, is_ready: bool, budget: &Budget) -> String {
        self.start_points.set(i64::try_from(start_points).unwrap_or(i64::MAX));
        self.in_flight.set(i64::try_from(budget.used()).unwrap_or(i64::MAX));
        self.refused.set(i64::try_from(budget.refused()).unwrap_or(i64::MAX));
        self.ready.set(i64::from(is_ready));
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// One of a fixed set: a client must not be able to create labels.
fn route_label(path: &str) -> &'static str {
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
    const PREFIXES: [&str; 2] = ["/v1/start-points/", "/setup/"];
    PREFIXES.into_iter().find(|prefix| path.starts_with(prefix)).unwrap_or("other")
}
