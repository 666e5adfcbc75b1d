//! Invisible characters are escaped in every JSON response, whoever chose them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use start_points::shown::is_plain;
use start_points_server::{GateSettings, read_services};

use crate::support::shas::{catalogue, settings};
use crate::support::{Service, TestResponse};

/// A right-to-left override, an Arabic letter mark, an escape, a tag character, a zero-width space, and a delete.
const INVISIBLE: &str = "\u{202e}\u{61c}\u{1b}\u{e0041}\u{200b}\u{7f}";

/// The same in a path.
const IN_PATH: &str = "%E2%80%AE%D8%9C%1B%F3%A0%81%81%E2%80%8B%7F";

fn assert_escaped(request: &str, answer: &TestResponse) {
    let media_type = answer.header("content-type");
    assert_eq!(media_type, Some("application/json"), "{request}: {}", answer.status);
    let is_right = |c: char| is_plain(c) || c == '\n';
    let wrong: Vec<char> = answer.text().chars().filter(|c| !is_right(*c)).collect();
    assert!(wrong.is_empty(), "{request}: {wrong:?} in {}", answer.text());
    assert!(!answer.json().is_null());
}

/// A service whose catalogue, services and readiness are all hostile.
fn hostile_service(folder: &tempfile::TempDir) -> Service {
    let name = format!("C{INVISIBLE}, assert");
    let url = "https://github.com/cyber-dojo-languages/gcc-assert";
    let place = folder.path().join("catalogue");
    catalogue(&place, &[(&name, url, "127.0.0.1:1/x:1")]);
    fs::write(place.join("0/start_point/cyber-dojo.sh"), format!("make {INVISIBLE}\n")).unwrap();
    let list = folder.path().join("services.json");
    let services = json!([{"name": name, "sha": "4edf92a"}, {"name": "a", "url": format!("http://127.0.0.1:1/{INVISIBLE}")}]);
    fs::write(&list, services.to_string()).unwrap();
    let mut settings = settings(folder);
    settings.sha = Some(INVISIBLE.to_owned());
    settings.gate = Some(GateSettings::default());
    settings.shas.services = read_services(&list).unwrap();
    settings.reload_token = Some("secret".to_owned());
    let service = Service::start(settings);
    service.handle.readiness().send_modify(|readiness| {
        readiness.missing_images = BTreeSet::from([format!("a{INVISIBLE}")]);
        readiness.details = Some(json!({INVISIBLE: INVISIBLE}));
    });
    service
}

/// Requests for each path in `/openapi.json`, and what their responses have of the hostile text.
fn requests() -> Vec<(&'static str, String, Vec<u8>)> {
    let name = json!({"name": format!("C{INVISIBLE}, assert")}).to_string();
    let unknown = json!({"name": INVISIBLE}).to_string();
    let in_path = format!("C{IN_PATH},%20assert");
    let get = |path: &str| ("GET", path.to_owned(), Vec::new());
    let post = |path: &str, body: &str| ("POST", path.to_owned(), body.as_bytes().to_vec());
    vec![
        get("/alive"),
        get("/ready"),
        get("/sha"),
        get("/names"),
        get("/image_names"),
        get("/manifests"),
        post("/manifest", &name),
        post("/manifest", &unknown),
        post("/manifest", &format!("{{{INVISIBLE}")),
        post(&format!("/{IN_PATH}"), ""),
        get("/v1/start-points"),
        get(&format!("/v1/start-points/{in_path}")),
        get(&format!("/v1/start-points/{IN_PATH}")),
        post("/v1/mix", &json!({"language": format!("C{INVISIBLE}, assert")}).to_string()),
        post("/v1/mix", &json!({"language": INVISIBLE}).to_string()),
        post("/v1/mix", &json!({INVISIBLE: 1}).to_string()),
        post("/v1/mix", &format!("{{{INVISIBLE}")),
        post(
            "/v1/mix",
            &json!({"language": {"visible_files": {INVISIBLE: {"content": INVISIBLE}}}}).to_string(),
        ),
        post("/v1/check", &json!({INVISIBLE: INVISIBLE}).to_string()),
        post("/v1/check", &format!("{{\"{INVISIBLE}\": {INVISIBLE}")),
        post(&format!("/v1/check?kind={IN_PATH}"), "{}"),
        post(&format!("/v1/check?{IN_PATH}=1"), "{}"),
        get("/v1/ready"),
        get("/v1/shas"),
        get("/v1/gate"),
        post("/v1/gate", &json!({"images": [INVISIBLE]}).to_string()),
        post("/v1/gate", &json!({INVISIBLE: 1}).to_string()),
        post("/v1/gate", INVISIBLE),
        post("/v1/reload", ""),
        get(&format!("/v1/{IN_PATH}")),
        post(&format!("/v1/start-points/{IN_PATH}"), ""),
        get(&format!("/setup/{IN_PATH}")),
        get("/openapi.json"),
    ]
}

#[test]
fn every_json_response_escapes_invisible_characters() {
    let folder = tempfile::tempdir().unwrap();
    let service = hostile_service(&folder);
    let token = &["authorization: Bearer secret"];
    let mut with_invisible = BTreeSet::new();
    for (method, path, body) in requests() {
        let request = format!("{method} {path} {}", String::from_utf8_lossy(&body));
        let answer = service.request(method, &path, token, &body);
        assert_escaped(&request, &answer);
        if contains_invisible(&answer.json()) {
            with_invisible.insert(path);
        }
    }
    // They are escaped, not lost.
    for path in
        ["/sha", "/names", "/manifests", "/manifest", "/v1/start-points", "/v1/mix", "/v1/ready", "/v1/shas"]
    {
        assert!(with_invisible.contains(path), "{path}: {with_invisible:?}");
    }
    // A reload that is refused answers with the report on the new catalogue.
    let manifest = json!({INVISIBLE: INVISIBLE}).to_string();
    fs::write(folder.path().join("catalogue/0/start_point/manifest.json"), manifest).unwrap();
    let refused = service.request("POST", "/v1/reload", token, b"");
    assert_eq!(refused.status, 422);
    assert_escaped("POST /v1/reload", &refused);
}

fn contains_invisible(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(INVISIBLE),
        Value::Array(values) => values.iter().any(contains_invisible),
        Value::Object(members) => {
            members.iter().any(|(key, value)| key.contains(INVISIBLE) || contains_invisible(value))
        }
        _ => false,
    }
}

#[test]
fn the_requests_above_are_for_every_path() {
    let folder = tempfile::tempdir().unwrap();
    let service = hostile_service(&folder);
    let paths = service.get("/openapi.json").json()["paths"].as_object().unwrap().clone();
    for path in paths.keys() {
        let prefix = path.trim_end_matches("{name}");
        assert!(requests().iter().any(|(_, requested, _)| requested.starts_with(prefix)), "{path}");
    }
}
