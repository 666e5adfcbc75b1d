//! The shas page in Chromium: a service with a registry and other services, checked by `web/tests/shas.mjs`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::shas::{catalogue, durations, push, settings, settled};
use crate::support::{self, Service};
use serde_json::json;
use start_points::Time;
use start_points_server::{GateSettings, read_services};
use start_points_testing::registry::Served;

const ORG: &str = "https://github.com/cyber-dojo-languages";

/// A time relative to now, so that a young image is still young tomorrow.
fn ago(days: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    Time::from_unix(now - days * 86_400).to_string()
}

#[test]
#[ignore = "needs Node and Chromium: `cargo xtask test shas` brings them"]
fn the_shas_page_works_in_chromium() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::plain();
    let images: Vec<String> = [
        ("java_junit:21.0", 30),
        ("java_junit:8.0", 700),
        ("python_pytest:3.13.1-4", 12),
        ("python_pytest:3.12.8-9", 190),
        ("ruby_minitest:3.4.1", 90),
    ]
    .into_iter()
    .map(|(name, days)| push(&served, &format!("languages/{name}"), &ago(days)))
    .collect();
    let url = |repository: &str, tag: &str| format!("{ORG}/{repository}?tag={tag}");
    let hostile = "<img src=x onerror=alert(1)>\u{202e}\"'&";
    let missing = served.name("languages/c_assert:1234567").to_string();
    catalogue(
        &folder.path().join("catalogue"),
        &[
            ("Java 21, JUnit", &url("java-junit", "21.0"), &images[0]),
            ("Java 8, JUnit", &url("java-junit", "8.0"), &images[1]),
            ("Python 3.13.1, pytest", &url("python-pytest", "3.13.1-4"), &images[2]),
            ("Python 3.12.8, pytest", &url("python-pytest", "3.12.8-9"), &images[3]),
            ("Ruby 3.4.1, MiniTest", &url("ruby-minitest", "3.4.1"), &images[4]),
            (hostile, "https://example.com/x%22%3E%3Cscript%3Ealert(1)%3C/script%3E/hostile", &missing),
        ],
    );
    for (image, mean) in [
        ("java_junit/21.0", "2.31"),
        ("java_junit/8.0", "3.05"),
        ("python_pytest/3.13.1-4", "1.02"),
        ("python_pytest/3.12.8-9", "0.97"),
    ] {
        durations(folder.path(), image, mean);
    }
    let list = folder.path().join("services.json");
    let mut other = support::settings("custom");
    other.sha = Some("384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2".to_owned());
    let other = Service::start(other);
    let services = json!([
        {"name": "runner", "url": format!("http://{}/sha", other.address), "repository": "https://github.com/cyber-dojo/runner"},
        {"name": "saver", "sha": "4edf92a5c0ffee4edf92a5c0ffee4edf92a5c0ff", "repository": "https://github.com/cyber-dojo/saver"},
        {"name": hostile, "url": "http://127.0.0.1:1/sha?\"><script>alert(1)</script>"},
    ]);
    fs::write(&list, services.to_string()).unwrap();
    let mut settings = settings(&folder);
    settings.gate = Some(GateSettings::default());
    settings.shas.durations = Some(folder.path().to_owned());
    settings.shas.services = read_services(&list).unwrap();
    let service = Service::start(settings);
    settled(&service);

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/tests/shas.mjs");
    let mut node = Command::new("node");
    node.arg(script).arg(format!("http://{}", service.address)).env_remove("NODE_OPTIONS");
    // The page shows the registry's host, which has another port each time.
    node.env("REGISTRY", &served.host);
    assert!(node.status().unwrap().success());
}
