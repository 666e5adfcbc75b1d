//! The shas page and the gate of a service, with images in a real registry and services that respond.

use std::fs;

use crate::support::Service;
use crate::support::shas::{URL, catalogue, durations, push, responding_with, settings, settled, sha};
use serde_json::{Value, json};
use start_points_server::{GateSettings, read_services};
use start_points_testing::registry::Served;

#[test]
fn each_tag_is_a_row_with_commit_image_durations_and_decision() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::plain();
    let old = push(&served, "languages/java_junit:384f486", "2015-01-01");
    let young = push(&served, "languages/java_junit:4edf92a", "2026-01-01");
    let missing = served.name("languages/gcc_assert:1234567").to_string();
    catalogue(
        &folder.path().join("catalogue"),
        &[
            ("Java, JUnit 21", &format!("{URL}?tag=21.0"), &young),
            ("Java, JUnit 8", &format!("{URL}.git?tag=8.0"), &old),
            ("C, assert", "https://github.com/cyber-dojo-languages/gcc-assert", &missing),
        ],
    );
    durations(folder.path(), "java_junit/384f486", "4.00");
    durations(folder.path(), "java_junit/4edf92a", "2.00");
    let beside = folder.path().join("catalogue/2/start_point/durations.json");
    fs::write(beside, r#"{"mean_duration": 0.5}"#).unwrap();
    let mut settings = settings(&folder);
    settings.gate = Some(GateSettings::default());
    settings.shas.durations = Some(folder.path().to_owned());
    let service = Service::start(settings);

    let shas = settled(&service);
    let rows = shas["ltfs"].as_array().unwrap();
    let said = |key: &str| rows.iter().map(|row| row[key].clone()).collect::<Vec<_>>();
    assert_eq!(said("ltf"), ["gcc-assert", "java-junit", "java-junit"]);
    assert_eq!(said("tag"), ["1234567", "8.0", "21.0"]);
    assert_eq!(said("slower"), [Value::Null, json!(2.0), json!(1.0)]);
    assert_eq!(rows[0]["durations"]["mean_duration"], json!(0.5));
    assert_eq!(rows[1]["durations"]["red_duration"], json!(4.4));
    assert_eq!(rows[1]["commit_url"], json!(format!("{URL}/commit/{}", sha(1))));
    assert_eq!(rows[1]["created"], json!("2015-01-01T00:00:00Z"));
    assert_eq!(rows[1]["gate"]["verdict"], json!("deny"));
    let codes: Vec<_> =
        rows[1]["gate"]["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, ["too-old", "later-tag"]);
    assert_eq!((&rows[0]["gate"], rows[0]["gate_error"].as_str().is_some()), (&Value::Null, true));

    let page = service.get("/shas");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy").unwrap().starts_with("default-src 'none'; script-src 'self'")
    );
    let text = page.text();
    assert!(text.contains("fastest") && text.contains("+100 %") && text.contains("<svg"), "{text}");
    assert!(!text.contains("style=\"") && !text.contains("<script>"), "nothing inline");

    let asked = served.requests().len();
    assert_eq!(service.get("/v1/shas").json()["ltfs"], shas["ltfs"]);
    assert_eq!(served.requests().len(), asked, "the cache is used");
}

#[test]
fn the_url_searches_and_sorts() {
    let folder = tempfile::tempdir().unwrap();
    let entry =
        |name: &'static str, tag: &str, image: &'static str| (name, format!("{URL}?tag={tag}"), image);
    let entries = [
        entry("Java 10", "10.0", "a/java:1111111"),
        entry("Java 9", "9.0", "a/java:2222222"),
        entry("Java 11", "11.0", "a/java:3333333"),
    ];
    let entries: Vec<_> = entries.iter().map(|(name, url, image)| (*name, url.as_str(), *image)).collect();
    catalogue(&folder.path().join("catalogue"), &entries);
    durations(folder.path(), "java/1111111", "3.00");
    durations(folder.path(), "java/3333333", "1.00");
    let mut settings = settings(&folder);
    settings.shas.durations = Some(folder.path().to_owned());
    let service = Service::start(settings);
    let shown = |query: &str| {
        let page = service.get(&format!("/shas{query}"));
        let tags = page
            .text()
            .split("<code class=\"tag\">")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned());
        tags.collect::<Vec<_>>()
    };
    assert_eq!(shown(""), ["9.0", "10.0", "11.0"]);
    assert_eq!(shown("?tab=ltfs&sort=-tag"), ["11.0", "10.0", "9.0"]);
    assert_eq!(shown("?sort=seconds"), ["9.0", "11.0", "10.0"]);
    assert_eq!(shown("?sort=-seconds"), ["10.0", "11.0", "9.0"]);
    assert_eq!(shown("?q=JAVA+3333"), ["11.0"]);
    assert_eq!(shown("?q=%22%3E%3Cscript%3E"), Vec::<String>::new());
    assert_eq!(shown("?sort=nothing&x=%ff&q=2222222"), ["9.0"]);
    let text = service.get("/shas?q=%22%3E%3Cscript%3E").text().to_owned();
    assert!(text.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !text.contains("<script>"), "{text}");
    assert!(text.contains("0 of 3 tags"));
}

#[test]
fn each_service_has_a_commit_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    catalogue(&folder.path().join("catalogue"), &[("C", URL, "a/c:1")]);
    let good = responding_with(b"HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"sha\":\"ABCDEF1\"}");
    let list = json!([
        {"name": "runner", "url": good, "repository": "https://github.com/cyber-dojo/runner"},
        {"name": "saver", "sha": "384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2"},
        {"name": "ragger", "url": responding_with(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"sha\":null}")},
        {"name": "<b>bad</b>", "url": responding_with(b"HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{\"sha\":\"<script>alert(1)\"}    ")},
        {"name": "away", "url": responding_with(b"HTTP/1.1 302 Found\r\nlocation: http://example.com/\r\ncontent-length: 0\r\n\r\n")},
        {"name": "broken", "url": responding_with(b"nonsense")},
        {"name": "gone", "url": "http://127.0.0.1:1/sha"},
    ]);
    let file = folder.path().join("services.json");
    fs::write(&file, list.to_string()).unwrap();
    let mut settings = settings(&folder);
    settings.shas.services = read_services(&file).unwrap();
    let service = Service::start(settings);
    let shas = service.get("/v1/shas").json();
    let said = |key: &str| {
        shas["services"].as_array().unwrap().iter().map(|row| row[key].clone()).collect::<Vec<_>>()
    };
    assert_eq!(said("sha")[..2], [json!("abcdef1"), json!("384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2")]);
    assert!(said("sha")[2..].iter().all(Value::is_null), "{shas}");
    assert_eq!(said("commit_url")[0], json!("https://github.com/cyber-dojo/runner/commit/abcdef1"));
    let errors = said("error");
    assert_eq!(errors[2], json!("its answer lacks `sha`"));
    assert_eq!(errors[3], json!("`<script>alert(1)` is not a commit"));
    assert_eq!(errors[4], json!("it answers with status 302"));
    assert!(errors[5].is_string() && errors[6].is_string(), "{errors:?}");
    let text = service.get("/shas").text().to_owned();
    assert!(text.contains("&lt;b&gt;bad&lt;/b&gt;") && !text.contains("<script>alert"), "{text}");
}

#[test]
fn an_invalid_list_of_services_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services.json");
    for (text, told) in [
        ("{}", "invalid type: map"),
        (r#"[{"name": "a"}]"#, "service `a` needs either `url` or `sha`"),
        (
            r#"[{"name": "a", "url": "http://x", "sha": "1234567"}]"#,
            "service `a` needs either `url` or `sha`",
        ),
        (r#"[{"name": "a", "url": "javascript:alert(1)"}]"#, "is not an http(s) URL"),
        (
            r#"[{"name": "a", "sha": "1234567", "repository": "javascript:alert(1)"}]"#,
            "is not an http(s) URL",
        ),
        (r#"[{"name": "a", "sah": "1234567"}]"#, "unknown field `sah`"),
    ] {
        fs::write(&file, text).unwrap();
        let error = read_services(&file).unwrap_err().to_string();
        assert!(error.contains("services.json`: ") && error.contains(told), "{error}");
    }
    assert!(read_services(&folder.path().join("none")).is_err());
}

#[test]
fn the_gate_asks_only_registries_of_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let (served, other) = (Served::plain(), Served::plain());
    let image = push(&served, "x/gcc:1.0", "2015-01-01");
    let older = push(&served, "x/gcc:0.9", "2014-01-01");
    let foreign = push(&other, "x/gcc:1.0", "2015-01-01");
    catalogue(&folder.path().join("catalogue"), &[("C", URL, &image)]);
    let mut with_gate = settings(&folder);
    with_gate.gate = Some(GateSettings::default());
    let service = Service::start(with_gate);
    let all = service.get("/v1/gate").json();
    assert_eq!((&all["verdict"], &all["decisions"][0]["image"]), (&json!("deny"), &json!(image)));

    let ask = |body: &str| service.request("POST", "/v1/gate", &[], body.as_bytes());
    let asked = other.requests().len();
    let some = ask(&json!({"images": [older, foreign, "127.0.0.1:1/x:1"]}).to_string()).json();
    let codes = |at: usize| {
        let reasons = some["decisions"][at]["reasons"].as_array().unwrap();
        reasons.iter().map(|reason| reason["code"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(codes(0), ["too-old", "later-tag", "not-in-catalogue"]);
    assert_eq!(codes(1), ["unknown-age", "later-tag", "not-in-catalogue"], "another registry is not asked");
    assert_eq!(codes(2), ["unknown-age", "later-tag", "not-in-catalogue"]);
    assert_eq!(other.requests().len(), asked);

    for (body, told) in [
        ("", "EOF"),
        ("[]", "expected struct"),
        (r#"{"images": [1]}"#, "expected a string"),
        (r#"{"images": ["X"]}"#, "upper case"),
        (r#"{"images": []}"#, "`images` is empty"),
        (r#"{"images": [], "more": 1}"#, "unknown field"),
    ] {
        let answer = ask(body);
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["error"].as_str().unwrap().contains(told), "{}", answer.text());
    }
    assert_eq!(ask(&json!({"images": vec!["x"; 201]}).to_string()).status, 400);

    let without = Service::start(settings(&folder));
    assert_eq!(without.get("/v1/gate").status, 404);
    assert_eq!(without.get("/v1/shas").json()["ltfs"][0]["gate"], Value::Null);
}
