//! The deployed API, compared with recorded responses of the deployed service: `deployed/README.md` says how they were
//! recorded.

use std::collections::BTreeMap;

use crate::support::{self, Service};
use serde::Deserialize;
use serde_json::Value;
use start_points::shown;

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
    let lines = include_str!("../deployed/answers.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a recorded answer")).collect()
}

fn service(kind: &str) -> Service {
    let mut settings = support::settings(kind);
    settings.sha = Some("76dd1cabf82aa624a1dabe194731b3cd18aae36a".to_owned());
    Service::start(settings)
}

/// The most that a response repeats of a body.
const EXCERPT: usize = 1 << 10;

/// The recorded body as ours is: invisible characters escaped, and an excerpt of a long body.
fn expected(request: &str, recorded: &str) -> String {
    let body = match request.get(..EXCERPT) {
        Some(start) => recorded.replace(request, &format!("{start}…")),
        None => recorded.to_owned(),
    };
    shown::json(body)
}

/// A response without the words of Ruby's JSON parser: the class says what happened, and no client reads the words.
fn without_parser_words(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let exception = &json["exception"];
    if exception["class"] != "JSON::ParserError" {
        return body.to_owned();
    }
    let (start, end) = body.split_once("\"message\": \"").expect("a message");
    let rest = &end[end.rfind('"').expect("an end")..];
    format!("{start}\"message\": \"…{rest}")
}

/// Status, type, and every byte but the words of Ruby's JSON parser.
#[test]
fn every_recorded_request_is_answered_as_recorded() {
    let mut services = BTreeMap::new();
    let mut count = 0;
    for Recorded { kind, request, answer } in recorded() {
        let service = services.entry(kind.clone()).or_insert_with(|| service(&kind));
        let ours = service.request(&request.method, &request.path, &[], request.body.as_bytes());
        let recorded = expected(&request.body, &answer.body);
        assert_eq!(
            without_parser_words(ours.text()),
            without_parser_words(&recorded),
            "{kind} {request:?}: {recorded}"
        );
        assert_eq!(ours.status, answer.status, "{kind} {request:?}");
        assert_eq!(ours.header("content-type"), answer.r#type.as_deref(), "{kind} {request:?}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}
