//! Which `Host` a request may have, and the headers of every response.

use crate::support::{Service, settings};

fn status(service: &Service, head: &str) -> u16 {
    let answer = service.send(format!("{head}connection: close\r\n\r\n").as_bytes());
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{head}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{head}");
    assert!(answer.json().is_object(), "{head}");
    answer.status
}

#[test]
fn a_service_on_loopback_accepts_no_other_name() {
    let service = Service::start(settings("custom"));
    for path in ["/names", "/v1/start-points", "/nowhere", "/v1/nowhere"] {
        let ours = status(&service, &format!("GET {path} HTTP/1.1\r\nhost: localhost:4526\r\n"));
        assert!([200, 400, 404].contains(&ours), "{path}");
        for host in ["rebound.example", "rebound.example:80", "localhost.rebound.example", "10.0.0.1"] {
            assert_eq!(status(&service, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n")), 421, "{host}");
        }
        for hosts in [
            "",
            "host: localhost\r\nhost: localhost\r\n",
            "host: a b\r\n",
            "host: x@localhost\r\n",
            "host: \r\n",
        ] {
            assert_eq!(status(&service, &format!("GET {path} HTTP/1.1\r\n{hosts}")), 400, "{hosts:?}");
        }
    }
    let elsewhere = "GET http://rebound.example/names HTTP/1.1\r\nhost: localhost\r\n";
    assert_eq!(status(&service, elsewhere), 421);
    assert_eq!(status(&service, "GET /names HTTP/1.0\r\n"), 200, "browsers do not use it");
}

#[test]
fn allowed_hosts_are_accepted() {
    let mut allowing = settings("custom");
    allowing.allowed_hosts = vec!["start-points.example".to_owned()];
    let service = Service::start(allowing);
    assert_eq!(status(&service, "GET /names HTTP/1.1\r\nhost: Start-Points.example:80\r\n"), 200);
    assert_eq!(status(&service, "GET /names HTTP/1.1\r\nhost: other.example\r\n"), 421);
}

#[test]
fn a_path_that_is_not_utf_8_is_answered_in_json() {
    let service = Service::start(settings("custom"));
    for path in [
        "/%ff",
        "/v1/%ff",
        "/v1/start-points/%ff",
        "/setup/%ff",
        "/setup/assets/%ff",
        "/shas/%ff",
        "/v1/start-points/%ff/x",
    ] {
        let status = status(&service, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n"));
        assert!((400..=404).contains(&status), "{path}: {status}");
    }
}
