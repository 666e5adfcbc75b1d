//! The deployed API, held against what the deployed service answered: `deployed/README.md` says how it was recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::collections::BTreeMap;

use serde::Deserialize;
use support::Service;

#[derive(Deserialize)]
struct Recorded {
    kind: String,
    request: Request,
    answer: Answered,
}

#[derive(Deserialize, Debug)]
struct Request {
    method: String,
    path: String,
    body: String,
}

#[derive(Deserialize)]
struct Answered {
    status: u16,
    r#type: Option<String>,
    body: String,
}

fn recorded() -> Vec<Recorded> {
    let lines = include_str!("deployed/answers.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a recorded answer")).collect()
}

fn service(kind: &str) -> Service {
    let mut settings = support::settings(kind);
    settings.sha = Some("76dd1cabf82aa624a1dabe194731b3cd18aae36a".to_owned());
    Service::start(settings)
}

/// The most that is told back of a body.
const GLANCE: usize = 1 << 10;

/// Status, type, and every byte.
#[test]
fn every_recorded_request_is_answered_as_it_was() {
    let mut services = BTreeMap::new();
    let mut count = 0;
    for Recorded { kind, request, answer } in recorded() {
        let service = services.entry(kind.clone()).or_insert_with(|| service(&kind));
        let ours = service.ask(&request.method, &request.path, &[], request.body.as_bytes());
        // Of a long body a glance is told back.
        let body = match request.body.get(..GLANCE) {
            Some(start) => answer.body.replace(&request.body, &format!("{start}…")),
            None => answer.body,
        };
        assert_eq!(ours.text(), body, "{kind} {request:?}");
        assert_eq!(ours.status, answer.status, "{kind} {request:?}");
        assert_eq!(ours.header("content-type"), answer.r#type.as_deref(), "{kind} {request:?}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}
