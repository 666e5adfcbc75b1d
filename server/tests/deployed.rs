//! The deployed API, from a catalogue in the deployed layout.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use start_points::Kind;
use start_points_server::{Settings, Source};
use start_points_testing::deployed_catalogue;
use support::Service;

#[test]
fn every_path_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Languages, 5).unwrap();
    let service = Service::start(Settings::new(Source::Folder(folder.path().to_owned())));
    assert_eq!(service.get("/alive").text(), "{\"alive?\":true}");
    assert_eq!(service.get("/ready").text(), "{\"ready?\":true}");
    assert_eq!(service.get("/sha").text(), "{\"sha\":null}");
    let names = service.get("/names").json();
    let manifests = service.get("/manifests").json();
    assert_eq!(manifests["manifests"].as_object().unwrap().len(), 5);
    for name in names["names"].as_array().unwrap() {
        let body = serde_json::json!({ "name": name }).to_string();
        let one = service.ask("GET", "/manifest", &[], body.as_bytes()).json();
        assert_eq!(one["manifest"], manifests["manifests"][name.as_str().unwrap()]);
    }
}
