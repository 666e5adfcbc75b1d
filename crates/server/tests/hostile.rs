//! Clients that are slow, greedy, broken, or very many: the others do not notice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use start_points::Kind;
use start_points_server::{ServerSettings, Source};
use start_points_testing::deployed_catalogue;
use support::{Answer, Service, settings};

/// Short times, so that the tests are.
fn impatient(mut settings: ServerSettings) -> ServerSettings {
    settings.limits.head_time = Duration::from_millis(300);
    settings.limits.body_time = Duration::from_millis(300);
    settings.limits.idle_time = Duration::from_secs(1);
    settings.limits.stop_time = Duration::from_secs(5);
    settings
}

fn good(service: &Service) {
    let answer = service.get("/names");
    assert_eq!((answer.status, answer.body.is_empty()), (200, false));
}

/// What comes until the service closes, however long that takes.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut bytes = Vec::new();
    // It may end in a reset.
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert!(
            !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
            "it is kept"
        );
    }
    bytes
}

#[test]
fn a_head_that_never_ends_is_not_waited_for() {
    let service = Service::start(impatient(settings("custom")));
    for begun in ["", "G", "GET /names HTTP/1.1\r\n", "GET /names HTTP/1.1\r\nhost: localhost\r\nx: y"] {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.write_all(begun.as_bytes()).unwrap();
        rest(&mut stream);
    }
    // A byte now and then does not help.
    let mut stream = TcpStream::connect(service.address).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let dripping = thread::spawn(move || {
        for byte in b"GET /names HTTP/1.1\r\n".iter().cycle() {
            if writer.write_all(&[*byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    rest(&mut stream);
    drop(stream);
    dripping.join().unwrap();
    good(&service);
}

#[test]
fn a_body_that_never_ends_is_not_waited_for() {
    let service = Service::start(impatient(settings("custom")));
    for path in ["/names", "/v1/check"] {
        let mut stream = TcpStream::connect(service.address).unwrap();
        write!(stream, "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{{").unwrap();
        let answer = Answer::parse(&rest(&mut stream));
        assert_eq!((answer.status, answer.header("connection")), (408, Some("close")), "{path}");
    }
    good(&service);
}

#[test]
fn large_bodies_are_refused_before_they_are_read() {
    let service = Service::start(impatient(settings("custom")));
    for path in ["/names", "/v1/check", "/v1/mix"] {
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1073741824\r\n\r\n");
        let answer = service.send(head.as_bytes());
        assert_eq!((answer.status, answer.header("connection")), (413, Some("close")), "{path}");
        // Of a length that is not told, only so much is taken.
        let mut stream = TcpStream::connect(service.address).unwrap();
        let mut reader = stream.try_clone().unwrap();
        let reading = thread::spawn(move || rest(&mut reader));
        write!(stream, "POST {path} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
            .unwrap();
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        let sent = (0..16_384).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
        assert!(sent < 1_000, "{sent} chunks were taken");
        let answer = reading.join().unwrap();
        assert!(answer.is_empty() || Answer::parse(&answer).status == 413);
    }
    good(&service);
}

#[test]
fn what_is_no_http_is_not_answered_as_if_it_were() {
    let service = Service::start(impatient(settings("custom")));
    let long = "x".repeat(100_000);
    for (bytes, statuses) in [
        ("\0\0\0\0\r\n\r\n", &[400][..]),
        ("GET\r\n\r\n", &[400]),
        ("GET /names\r\n\r\n", &[400]),
        ("GET /names HTTP/9.9\r\n\r\n", &[400, 505]),
        ("GET /na mes HTTP/1.1\r\nhost: localhost\r\n\r\n", &[400]),
        ("GET /names HTTP/1.1\r\nhost : x\r\n\r\n", &[400]),
        ("GET /names HTTP/1.1\r\nx: a\0b\r\n\r\n", &[400]),
        ("POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", &[400]),
        (
            "POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            &[400],
        ),
        ("POST /names HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xx\r\n\r\n", &[400]),
        ("POST /names HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", &[400]),
        (&format!("GET /{long} HTTP/1.1\r\nhost: localhost\r\n\r\n"), &[414, 431]),
        (&format!("GET /names HTTP/1.1\r\nhost: localhost\r\nx: {long}\r\n\r\n"), &[431]),
        (&format!("GET /names HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1_000)), &[431]),
    ] {
        let answer = service.send(bytes.as_bytes());
        assert!(statuses.contains(&answer.status), "{:?}: {answer:?}", &bytes[..bytes.len().min(80)]);
        good(&service);
    }
}

#[test]
fn a_reader_that_takes_nothing_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Languages, 1_000).unwrap();
    let settings = ServerSettings::new(Source::Folder(folder.path().to_owned()));
    let service = Service::start(impatient(settings));
    let whole = service.get("/manifests").body.len();
    assert!(whole > 1 << 20, "{whole}");
    let mut stream = TcpStream::connect(service.address).unwrap();
    // As many answers as no system keeps for a reader.
    for _ in 0..20 {
        let _ = stream.write_all(b"GET /manifests HTTP/1.1\r\nhost: localhost\r\n\r\n");
    }
    thread::sleep(Duration::from_secs(4));
    let taken = rest(&mut stream).len();
    assert!(taken < 20 * whole, "{taken}");
    good(&service);
}

#[test]
fn many_connections_are_held_and_the_others_are_answered() {
    let mut settings = settings("custom");
    settings.limits.connections = 2_000;
    let service = Service::start(settings);
    let idle: Vec<_> = (0..1_000).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    for _ in 0..100 {
        good(&service);
    }
    for (index, mut stream) in idle.into_iter().enumerate() {
        stream.write_all(b"GET /alive HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        assert_eq!(Answer::parse(&rest(&mut stream)).text(), "{\"alive?\":true}", "{index}");
    }
}

/// One beyond the limit takes the place of the one that has kept us waiting longest.
#[test]
fn connections_beyond_the_limit_are_answered() {
    let mut settings = impatient(settings("custom"));
    settings.limits.connections = 4;
    let service = Service::start(settings);
    let held: Vec<_> = (0..8).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    good(&service);
    drop(held);
    good(&service);
}

#[test]
fn requests_that_are_there_are_finished_before_the_end() {
    let mut slow = impatient(settings("custom"));
    slow.limits.body_time = Duration::from_secs(30);
    let service = Service::start(slow);
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{").unwrap();
    let address = service.address;
    thread::sleep(Duration::from_millis(100));
    let stopping = thread::spawn(move || drop(service));
    // New ones are not taken.
    let mut refused = false;
    for _ in 0..100 {
        refused = TcpStream::connect(address).is_err();
        if refused {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(refused);
    stream.write_all(b"}").unwrap();
    let answer = Answer::parse(&rest(&mut stream));
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    stopping.join().unwrap();
}
