//! Response headers, metrics and readiness: entity tags, compression, origins, request ids.

use std::collections::BTreeSet;

use crate::support::{self, Service, TestResponse, decoded, eventually, settings};
use start_points::Kind;
use start_points_server::{CatalogueSource, ServerSettings};
use start_points_testing::deployed_catalogue;

const BIG: [&str; 2] = ["/manifests", "/v1/start-points"];

#[test]
fn a_response_that_the_client_has_is_not_sent_again() {
    let service = Service::start(settings("languages"));
    for path in ["/names", "/manifests", "/image_names", "/v1/start-points", "/v1/start-points/Java,%20JUnit"]
    {
        let first = service.get(path);
        let etag = first.header("etag").expect(path).to_owned();
        assert_eq!(first.header("cache-control"), Some("no-cache"), "{path}");
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let again = service.request("GET", path, &[&format!("if-none-match: {known}")], b"");
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), Some(etag.as_str()));
        }
        let other = service.request("GET", path, &["if-none-match: \"other\""], b"");
        assert_eq!((other.status, &other.body), (200, &first.body), "{path}");
    }
    let ask = |name: &str, headers: &[&str]| {
        service.request("GET", "/manifest", headers, format!("{{\"name\":\"{name}\"}}").as_bytes())
    };
    let known = format!("if-none-match: {}", ask("Java, JUnit", &[]).header("etag").unwrap());
    assert_eq!(ask("Java, JUnit", &[&known]).status, 304);
    assert_eq!(ask("Java, JUnit 4", &[&known]).status, 200);
    for path in ["/alive", "/ready", "/sha", "/nothing"] {
        assert_eq!(service.get(path).header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn large_responses_are_compressed_for_clients_that_accept_it() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Languages, 20).unwrap();
    let service = Service::start(ServerSettings::new(CatalogueSource::Folder(folder.path().to_owned())));
    for path in BIG {
        let plain = service.get(path);
        assert_eq!(plain.header("vary"), Some("accept-encoding"));
        for (accepted, coding) in [("zstd, gzip", "zstd"), ("gzip", "gzip"), ("gzip;q=1.0, zstd;q=0", "gzip")]
        {
            let ask = || service.request("GET", path, &[&format!("accept-encoding: {accepted}")], b"");
            let answer = eventually(ask, |answer| answer.header("content-encoding").is_some());
            assert_eq!(answer.header("content-encoding"), Some(coding));
            assert!(answer.body.len() < plain.body.len());
            assert_eq!(decoded(&answer), plain.body, "{path} {coding}");
            assert_ne!(answer.header("etag"), plain.header("etag"));
            let known = format!("if-none-match: {}", answer.header("etag").unwrap());
            assert_eq!(service.request("GET", path, &[&known], b"").status, 304);
        }
        for accepted in ["identity", "br", "gzip;q=0", "*;q=0"] {
            let answer = service.request("GET", path, &[&format!("accept-encoding: {accepted}")], b"");
            assert_eq!((answer.header("content-encoding"), &answer.body), (None, &plain.body), "{accepted}");
        }
    }
}

#[test]
fn only_listed_origins_may_read_responses() {
    let mut settings = settings("custom");
    settings.origins = vec!["https://good.example".to_owned(), "http://localhost:8080".to_owned()];
    let service = Service::start(settings);
    let allowed = |origin: &str| {
        let answer = service.request("GET", "/names", &[&format!("origin: {origin}")], b"");
        assert_eq!(answer.status, 200);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("https://good.example").as_deref(), Some("https://good.example"));
    assert_eq!(allowed("http://localhost:8080").as_deref(), Some("http://localhost:8080"));
    for other in ["https://good.example.evil", "http://good.example", "null", "https://evil.example"] {
        assert_eq!(allowed(other), None, "{other}");
    }
    let asks = ["origin: https://good.example", "access-control-request-method: POST"];
    let preflight = service.request("OPTIONS", "/v1/mix", &asks, b"");
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("POST"));
    // Without a list there are no CORS headers, and OPTIONS is a method like any other.
    let closed = Service::start(support::settings("custom"));
    let answer = closed.request("GET", "/names", &["origin: https://good.example"], b"");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn every_response_has_a_request_id() {
    let service = Service::start(settings("custom"));
    let ids: BTreeSet<_> =
        (0..20).map(|_| service.get("/alive").header("x-request-id").expect("an id").to_owned()).collect();
    assert_eq!(ids.len(), 20);
    let given = |id: &str| {
        let answer = service.request("GET", "/alive", &[&format!("x-request-id: {id}")], b"");
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(given("abc-123"), "abc-123");
    assert_ne!(given(&"x".repeat(129)), "x".repeat(129));
    assert_ne!(given("a b"), "a b");
}

#[test]
fn metrics_are_served_on_request_only() {
    let silent = Service::start(settings("custom"));
    assert_eq!(silent.get("/metrics").status, 400);
    let mut settings = settings("custom");
    settings.metrics = true;
    let service = Service::start(settings);
    for _ in 0..3 {
        service.get("/names");
    }
    service.get("/made/up");
    let lines = [
        "start_points_requests_total{route=\"/names\",status=\"200\"} 3",
        "start_points_requests_total{route=\"other\",status=\"400\"} 1",
        "start_points_start_points 3",
        "start_points_ready 1",
        // The connection of this request; earlier ones may take a moment to end.
        "start_points_connections 1",
    ];
    let is_told =
        |answer: &TestResponse| lines.iter().all(|line| answer.text().lines().any(|told| told == *line));
    let told = eventually(|| service.get("/metrics"), is_told);
    assert!(told.header("content-type").unwrap().starts_with("application/openmetrics-text"));
}

#[test]
fn start_points_with_missing_images_are_not_offered() {
    let service = Service::start(settings("languages"));
    let whole = service.get("/manifests").json();
    let missing = "cyberdojofoundation/python_unittest:4edf92a";
    service.handle.readiness().send_modify(|readiness| {
        readiness.ready = false;
        readiness.missing_images = BTreeSet::from([missing.to_owned()]);
    });
    let fewer = eventually(|| service.get("/names"), |answer| !answer.text().contains("Python"));
    assert_eq!(fewer.text(), r#"{"names":["C (gcc), assert","Java, JUnit"]}"#);
    let manifests = service.get("/manifests").json();
    assert_eq!(manifests["manifests"].as_object().unwrap().len(), 2);
    assert_eq!(manifests["manifests"]["Java, JUnit"], whole["manifests"]["Java, JUnit"]);
    assert_eq!(service.request("GET", "/manifest", &[], br#"{"name":"Python, unittest"}"#).status, 500);
    assert_eq!(service.get("/v1/start-points/Python,%20unittest").status, 404);
    assert!(service.get("/image_names").text().contains(missing));
    assert_eq!((service.get("/ready").status, service.get("/ready").text()), (200, r#"{"ready?":false}"#));
    assert_eq!(service.get("/alive").text(), r#"{"alive?":true}"#);
    let told = service.get("/v1/ready");
    assert_eq!((told.status, &told.json()["missing_images"][0]), (503, &missing.into()));
    service.handle.readiness().send_modify(|readiness| *readiness = Default::default());
    eventually(|| service.get("/manifests"), |answer| answer.json() == whole);
    assert_eq!(service.get("/v1/ready").status, 200);
}
