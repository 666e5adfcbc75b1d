//! The start-points that a service with a gate offers, with images in a real registry.

use std::fs;
use std::path::Path;

use crate::support::shas::{URL, catalogue, push, settings};
use crate::support::{Service, TestResponse, eventually};
use serde_json::{Value, json};
use start_points_server::{GateMode, GateSettings, ServerSettings};
use start_points_testing::registry::Served;

fn gated(folder: &tempfile::TempDir, mode: GateMode) -> ServerSettings {
    let mut settings = settings(folder);
    settings.gate = Some(GateSettings { mode, ..GateSettings::default() });
    settings
}

fn is_ready(answer: &TestResponse) -> bool {
    answer.status == 200
}

fn names(service: &Service) -> Value {
    service.get("/names").json()["names"].clone()
}

/// A catalogue with a young image, one that is too old, and one that the registry does not have.
fn three_start_points(folder: &Path, served: &Served) {
    let young = push(served, "x/young:1.0", &young());
    let old = push(served, "x/old:1.0", "2015-01-01");
    let missing = served.name("x/missing:1.0").to_string();
    catalogue(folder, &[("Missing", URL, &missing), ("Old", URL, &old), ("Young", URL, &young)]);
}

/// A week ago.
fn young() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    start_points::Time::from_unix(now - 7 * 86_400).to_string()
}

#[test]
fn an_enforced_gate_offers_only_images_that_may_run_and_says_why() {
    let (folder, served) = (tempfile::tempdir().unwrap(), Served::plain());
    three_start_points(&folder.path().join("catalogue"), &served);
    let service = Service::start(gated(&folder, GateMode::Enforce));
    eventually(|| service.get("/v1/ready"), is_ready);
    eventually(|| service.get("/names"), |answer| answer.json()["names"] == json!(["Young"]));
    for name in ["Old", "Missing"] {
        let asked = service.request("POST", "/manifest", &[], json!({ "name": name }).to_string().as_bytes());
        assert_ne!(asked.status, 200, "{name}: {}", asked.text());
    }
    let told = service.get("/v1/gate").json();
    assert_eq!(told["verdict"], json!("deny"));
    let reasons: Vec<_> =
        told["decisions"].as_array().unwrap().iter().map(|found| &found["reasons"]).collect();
    assert_eq!((&reasons[0][0]["code"], reasons[1]), (&json!("too-old"), &json!([])));
    assert!(told["failures"][0]["image"].as_str().unwrap().ends_with("x/missing:1.0"));

    // A reload decides before it serves: images that may run stay on offer, others never appear.
    let newer = push(&served, "x/newer:1.0", &young());
    let older = push(&served, "x/older:1.0", "2014-01-01");
    fs::remove_dir_all(folder.path().join("catalogue")).unwrap();
    catalogue(&folder.path().join("catalogue"), &[("Newer", URL, &newer), ("Older", URL, &older)]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(service.handle.reload()).unwrap();
    assert_eq!(names(&service), json!(["Newer"]));
}

#[test]
fn a_reporting_gate_offers_everything() {
    let (folder, served) = (tempfile::tempdir().unwrap(), Served::plain());
    three_start_points(&folder.path().join("catalogue"), &served);
    let service = Service::start(gated(&folder, GateMode::Report));
    assert!(is_ready(&service.get("/v1/ready")));
    assert_eq!(names(&service), json!(["Missing", "Old", "Young"]));
    assert_eq!(service.get("/v1/gate").json()["verdict"], json!("deny"));
}

#[test]
fn nothing_is_offered_while_no_registry_answers() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("catalogue");
    catalogue(&place, &[("One", URL, "127.0.0.1:1/x/one:1.0"), ("Two", URL, "127.0.0.1:1/x/two:1.0")]);
    let service = Service::start(gated(&folder, GateMode::Enforce));
    let told = service.get("/v1/gate").json();
    assert_eq!((&told["verdict"], told["failures"].as_array().unwrap().len()), (&json!("unknown"), 2));
    let ready = service.get("/v1/ready");
    assert_eq!((ready.status, &ready.json()["ready"]), (503, &json!(false)));
    assert_eq!(service.get("/ready").json(), json!({"ready?": false}));
    assert_eq!(names(&service), json!([]));
}
