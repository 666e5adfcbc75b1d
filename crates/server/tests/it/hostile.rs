//! Slow, greedy, broken and very many clients: others do not notice.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::support::{Service, TestResponse, settings};
use start_points::Kind;
use start_points_server::{CatalogueSource, ServerSettings};
use start_points_testing::deployed_catalogue;

/// Short timeouts, for short tests.
fn impatient(mut settings: ServerSettings) -> ServerSettings {
    settings.limits.head_time = Duration::from_millis(300);
    settings.limits.body_time = Duration::from_millis(300);
    settings.limits.idle_time = Duration::from_secs(1);
    settings.limits.stop_time = Duration::from_secs(5);
    settings
}

fn assert_served(service: &Service) {
    let answer = service.get("/names");
    assert_eq!((answer.status, answer.body.is_empty()), (200, false));
}

/// Everything that arrives until the service closes the connection.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut bytes = Vec::new();
    // A reset is fine too.
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert!(
            !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
            "it stays open"
        );
    }
    bytes
}

#[test]
fn a_head_that_never_ends_times_out() {
    let service = Service::start(impatient(settings("custom")));
    for begun in ["", "G", "GET /names HTTP/1.1\r\n", "GET /names HTTP/1.1\r\nhost: localhost\r\nx: y"] {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.write_all(begun.as_bytes()).unwrap();
        rest(&mut stream);
    }
    // A byte now and then does not extend the time.
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
    assert_served(&service);
}

#[test]
fn a_body_that_never_ends_times_out() {
    let service = Service::start(impatient(settings("custom")));
    for path in ["/names", "/v1/check"] {
        let mut stream = TcpStream::connect(service.address).unwrap();
        write!(stream, "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{{").unwrap();
        let answer = TestResponse::parse(&rest(&mut stream));
        assert_eq!((answer.status, answer.header("connection")), (408, Some("close")), "{path}");
    }
    assert_served(&service);
}

#[test]
fn large_bodies_are_refused_before_they_are_read() {
    let service = Service::start(impatient(settings("custom")));
    for path in ["/names", "/v1/check", "/v1/mix"] {
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1073741824\r\n\r\n");
        let answer = service.send(head.as_bytes());
        assert_eq!((answer.status, answer.header("connection")), (413, Some("close")), "{path}");
        // Of a body without a length, only a bounded part is accepted.
        let mut stream = TcpStream::connect(service.address).unwrap();
        let mut reader = stream.try_clone().unwrap();
        let reading = thread::spawn(move || rest(&mut reader));
        write!(stream, "POST {path} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
            .unwrap();
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        let sent = (0..16_384).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
        assert!(sent < 1_000, "{sent} chunks were taken");
        let answer = reading.join().unwrap();
        assert!(answer.is_empty() || TestResponse::parse(&answer).status == 413);
    }
    assert_served(&service);
}

#[test]
fn malformed_requests_are_refused() {
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
        assert_served(&service);
    }
}

#[test]
fn a_client_that_reads_nothing_is_disconnected() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Languages, 1_000).unwrap();
    let settings = ServerSettings::new(CatalogueSource::Folder(folder.path().to_owned()));
    let service = Service::start(impatient(settings));
    let whole = service.get("/manifests").body.len();
    assert!(whole > 1 << 20, "{whole}");
    let mut stream = TcpStream::connect(service.address).unwrap();
    // More responses than any system buffers.
    for _ in 0..20 {
        let _ = stream.write_all(b"GET /manifests HTTP/1.1\r\nhost: localhost\r\n\r\n");
    }
    thread::sleep(Duration::from_secs(4));
    let taken = rest(&mut stream).len();
    assert!(taken < 20 * whole, "{taken}");
    assert_served(&service);
}

#[test]
fn a_thousand_idle_connections_stay_open_and_others_are_answered() {
    let mut settings = settings("custom");
    settings.limits.connections = 2_000;
    let service = Service::start(settings);
    let idle: Vec<_> = (0..1_000).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    for _ in 0..100 {
        assert_served(&service);
    }
    for (index, mut stream) in idle.into_iter().enumerate() {
        stream.write_all(b"GET /alive HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        assert_eq!(TestResponse::parse(&rest(&mut stream)).text(), "{\"alive?\":true}", "{index}");
    }
}

/// How many of eight silent connections are still open once another one was answered.
fn silent_left_open(limit: usize) -> usize {
    let mut settings = settings("custom");
    settings.limits.connections = limit;
    // Else they would be closed for being silent, and the new one would only have to wait.
    settings.limits.head_time = Duration::from_secs(600);
    let service = Service::start(settings);
    let silent: Vec<_> = (0..8).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    assert_served(&service);
    silent.iter().filter(|stream| is_open(stream)).count()
}

/// A silent connection, a while later: one that the service closes may take a moment.
fn is_open(mut stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    stream.read(&mut [0]).is_err_and(|error| {
        matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
    })
}

/// Beyond the limit, a new connection takes the place of the one that has been waited for longest. Where the limit is
/// not reached, all stay open, so the first assertion can fail; where none is closed, the new one is never answered.
#[test]
fn connections_beyond_the_limit_take_the_place_of_silent_ones() {
    assert!(silent_left_open(4) <= 4);
    assert_eq!(silent_left_open(100), 8);
}

#[test]
fn requests_in_progress_are_finished_before_the_service_stops() {
    let mut slow = impatient(settings("custom"));
    slow.limits.body_time = Duration::from_secs(30);
    let service = Service::start(slow);
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{").unwrap();
    let address = service.address;
    thread::sleep(Duration::from_millis(100));
    let stopping = thread::spawn(move || drop(service));
    // New connections are not accepted.
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
    let answer = TestResponse::parse(&rest(&mut stream));
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    stopping.join().unwrap();
}
