//! `/v1/`: start-points with their origins, mixing, checking, and failures.

use crate::support::{Service, settings};
use serde_json::{Value, json};

#[test]
fn start_points_are_listed_with_their_origins() {
    let service = Service::start(settings("languages"));
    let listed = service.get("/v1/start-points").json();
    let names: Vec<_> = listed["start_points"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["C (gcc), assert", "Java, JUnit", "Java, JUnit 4", "Python, unittest"]);
    let expected = json!({
        "name": "C (gcc), assert",
        "display_name": "C (gcc) 14.2, assert",
        "url": "https://github.com/cyber-dojo-start-points/gcc-assert",
        "sha": "3".repeat(40),
        "tag": null,
        "image": "ghcr.io/cyber-dojo-languages/gcc_assert:384f486",
    });
    assert_eq!(listed["start_points"][0], expected);
}

#[test]
fn a_resolved_manifest_has_its_origin() {
    let service = Service::start(settings("languages"));
    let deployed = service.request("GET", "/manifest", &[], br#"{"name":"C (gcc), assert"}"#).json();
    for path in ["C%20(gcc),%20assert", "C%20(gcc)%2014.2,%20assert"] {
        let answer = service.get(&format!("/v1/start-points/{path}"));
        let manifest = answer.json();
        assert_eq!(manifest["display_name"], "C (gcc) 14.2, assert");
        assert_eq!(manifest["url"], "https://github.com/cyber-dojo-start-points/gcc-assert");
        assert_eq!(manifest["sha"], "3".repeat(40));
        let mut same = manifest.as_object().unwrap().clone();
        for key in ["url", "sha"] {
            same.remove(key).unwrap();
        }
        same.insert("display_name".to_owned(), "C (gcc), assert".into());
        assert_eq!(Value::Object(same), deployed["manifest"]);
        let last = answer.text().rfind("\"visible_files\"").unwrap();
        assert!(answer.text().find("\"sha\"").unwrap() < last, "{}", answer.text());
    }
}

#[test]
fn a_start_point_is_mixed_with_an_exercise_of_another_service() {
    let languages = Service::start(settings("languages"));
    let exercises = Service::start(settings("exercises"));
    let exercise = exercises.get("/v1/start-points/Fizz%20Buzz").json();
    let body = json!({"language": "Java, JUnit", "exercise": exercise}).to_string();
    let answer = languages.request("POST", "/v1/mix", &[], body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mixed = answer.json();
    assert_eq!(mixed["exercise"], "Fizz Buzz");
    assert_eq!(mixed["display_name"], "Java 21, JUnit 5");
    assert_eq!(mixed["image_name"], "registry.example.com:5000/java_junit:edf2565");
    let files: Vec<_> = mixed["visible_files"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(files, ["Hiker.java", "cyber-dojo.sh", "readme.txt"]);
    // Without an exercise the manifest stays as it is.
    let manifest = languages.get("/v1/start-points/Java,%20JUnit").json();
    for body in [json!({"language": "Java, JUnit"}), json!({"language": manifest, "exercise": null})] {
        let alone = languages.request("POST", "/v1/mix", &[], body.to_string().as_bytes()).json();
        assert_eq!(alone, manifest);
    }
}

#[test]
fn invalid_mixes_are_refused() {
    let service = Service::start(settings("languages"));
    for (body, status, error) in [
        ("", 400, "the body is not JSON: "),
        ("[]", 400, "`language` is missing"),
        (r#"{"language":null}"#, 400, "`language` is missing"),
        (r#"{"language":"Java, JUnit","excercise":"x"}"#, 400, "unknown key `excercise`"),
        (r#"{"language":3}"#, 400, "`language` is neither a name nor a manifest"),
        (
            r#"{"language":{"display_name":"x"}}"#,
            400,
            "`language` is not a resolved manifest: `visible_files` is missing",
        ),
        (
            r#"{"language":{"visible_files":[]}}"#,
            400,
            "`language` is not a resolved manifest: `visible_files` is missing",
        ),
        (r#"{"language":"xx\n"}"#, 404, "unknown start-point `xx\\n`"),
        (r#"{"language":"Java, JUnit","exercise":"xxx"}"#, 404, "unknown start-point `xxx`"),
    ] {
        let answer = service.request("POST", "/v1/mix", &[], body.as_bytes());
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        let told = answer.json();
        assert!(told["error"].as_str().unwrap().starts_with(error), "{body}: {told}");
        assert!(!told["hint"].as_str().unwrap().is_empty());
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[test]
fn a_manifest_is_checked_by_the_engine() {
    let service = Service::start(settings("exercises"));
    let check = |query: &str, body: &[u8]| service.request("POST", &format!("/v1/check{query}"), &[], body);
    let clean = check("?kind=exercises", br#"{"display_name":"x","visible_filenames":["a.txt"]}"#).json();
    assert_eq!(clean["diagnostics"], json!([]));
    assert_eq!(clean["version"], 1);
    let rules = |report: &Value| -> Vec<String> {
        let found = report["diagnostics"].as_array().unwrap();
        found.iter().map(|found| found["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&check("", b"{]").json()), ["invalid-json"]);
    assert_eq!(rules(&check("", b"\xFF").json()), ["invalid-json"]);
    let pinned = br#"{"display_name":"x","visible_filenames":["cyber-dojo.sh"],"filename_extension":".c","image_name":"a/b:1"}"#;
    assert_eq!(rules(&check("?kind=languages&dialect=pinned", pinned).json()), [""; 0]);
    assert_eq!(rules(&check("?kind=languages&dialect=derived", pinned).json()), ["unexpected-image-name"]);
    for query in ["?kind=xxx", "?dialect=xxx", "?kinds=custom"] {
        let answer = check(query, b"{}");
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    let service = Service::start(settings("custom"));
    for (method, path, status) in [
        ("GET", "/v1/", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/start-points/nothing", 404),
        ("POST", "/v1/start-points", 405),
        ("GET", "/v1/mix", 405),
        ("PUT", "/openapi.json", 405),
        ("GET", "/setup/nothing.js", 404),
        ("POST", "/v1/reload", 403),
    ] {
        let answer = service.request(method, path, &[], b"");
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert!(answer.json()["error"].is_string(), "{method} {path}");
    }
}

#[test]
fn the_openapi_description_lists_all_paths() {
    let service = Service::start(settings("custom"));
    let described = service.get("/openapi.json").json();
    let paths = described["paths"].as_object().unwrap();
    for path in [
        "/v1/start-points",
        "/v1/start-points/{name}",
        "/v1/mix",
        "/v1/check",
        "/v1/ready",
        "/v1/reload",
        "/names",
        "/manifest",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
}
