//! Broken engines, and none at all: every attempt ends with the right error.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use start_points::ImageName;
use start_points_container::{Engine, EngineLimits, PullError, Socket};
use start_points_oci::registry::CredentialSource;

type Respond = fn(&mut UnixStream, &str) -> std::io::Result<()>;

/// Responds to each connection's first request by hand.
fn serve(socket: &Path, respond: Respond) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                reader.read_line(&mut request).unwrap();
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let _ = respond(&mut stream, &request);
            });
        }
    });
}

/// Why an image cannot be pulled.
async fn failure(socket: Socket) -> PullError {
    let mut limits = EngineLimits::default();
    limits.stall = Duration::from_millis(300);
    limits.response = Duration::from_millis(300);
    limits.pull = Duration::from_secs(3);
    limits.stream_bytes = 4 << 20;
    let engine = Engine::new(socket, CredentialSource::Anonymous, limits);
    let image = ImageName::parse("gcc:1").unwrap();
    match engine.has(&image).await {
        Ok(has) => assert!(!has),
        Err(error) => return error,
    }
    let pull = engine.pull(&image, |_, _| {});
    tokio::time::timeout(Duration::from_secs(30), pull).await.unwrap().unwrap_err()
}

async fn failure_of(respond: Respond) -> PullError {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("engine.sock");
    serve(&socket, respond);
    failure(Socket::Unix(socket)).await
}

/// The engine has no image; the caller writes the lines of a pull.
fn begins_pull(stream: &mut UnixStream, request: &str) -> std::io::Result<bool> {
    if request.starts_with("POST") {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        return Ok(true);
    }
    let body = r#"{"message": "no such image"}"#;
    write!(stream, "HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_listens_on_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let error = failure(Socket::Unix(folder.path().join("none.sock"))).await;
    assert!(matches!(error, PullError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("none.sock") && error.hint().contains("--socket"), "{error}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(failure(Socket::Unix(file)).await, PullError::Unreachable { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_engine_times_out() {
    let silent: Respond = |stream, _| {
        thread::sleep(Duration::from_secs(60));
        stream.write_all(b"")
    };
    let error = failure_of(silent).await;
    assert!(matches!(error, PullError::Stalled { .. } | PullError::TimedOut { .. }), "{error}");
    let stalls: Respond = |stream, request| {
        if begins_pull(stream, request)? {
            stream.write_all(b"{\"status\":\"Pulling\"}\n")?;
            thread::sleep(Duration::from_secs(60));
        }
        Ok(())
    };
    assert!(matches!(failure_of(stalls).await, PullError::Stalled { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_pull_times_out() {
    let drips: Respond = |stream, request| {
        if begins_pull(stream, request)? {
            loop {
                stream.write_all(b"{\"status\":\"Pulling\"}\n")?;
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    };
    assert!(matches!(failure_of(drips).await, PullError::TimedOut { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_are_cut_off() {
    let floods: [Respond; 3] = [
        |stream, request| {
            if begins_pull(stream, request)? {
                loop {
                    stream.write_all(&[b'x'; 65536])?;
                }
            }
            Ok(())
        },
        |stream, request| {
            if begins_pull(stream, request)? {
                loop {
                    stream.write_all(&b"{\"status\":\"Pulling\"}\n".repeat(1000))?;
                }
            }
            Ok(())
        },
        |stream, _| {
            stream.write_all(b"HTTP/1.1 500 -\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 65536])?;
            }
        },
    ];
    for flood in floods {
        let error = failure_of(flood).await;
        assert!(matches!(error, PullError::NotAnEngine(_)), "{error}");
    }
    let kilobytes = start_points_testing::memory_kb(std::process::id(), "VmHWM").unwrap();
    assert!(kilobytes < 256 << 10, "{kilobytes} kB");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_not_an_engine() {
    let garbage: [Respond; 5] = [
        |stream, _| stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n"),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK"),
        |stream, _| stream.write_all(b"HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>"),
        |stream, request| {
            if begins_pull(stream, request)? {
                stream.write_all(b"<html>\n")?;
            }
            Ok(())
        },
        |stream, _| {
            write!(stream, "HTTP/1.1 200 OK\r\n")?;
            loop {
                write!(stream, "x-header: {}\r\n", "x".repeat(1000))?;
            }
        },
    ];
    for respond in garbage {
        let error = failure_of(respond).await;
        assert!(matches!(error, PullError::NotAnEngine(_)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_response_is_an_error() {
    let halves: [Respond; 3] = [
        |_, _| Ok(()),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"Id\": "),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"Id"),
    ];
    for half in halves {
        let error = failure_of(half).await;
        assert!(matches!(error, PullError::HungUp(_)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successful_pull_without_an_image_is_an_error() {
    let lies: Respond = |stream, request| {
        if begins_pull(stream, request)? {
            stream.write_all(b"{\"status\":\"Status: Downloaded newer image for gcc:1\"}\n")?;
        }
        Ok(())
    };
    assert_eq!(failure_of(lies).await, PullError::NotKept);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_an_engine_stay_on_one_line() {
    let colours: Respond = |stream, request| {
        if begins_pull(stream, request)? {
            stream.write_all(b"{\"error\":\"manifest unknown \\u001b[31m\\r\\nready\"}\n")?;
        }
        Ok(())
    };
    let error = failure_of(colours).await;
    assert!(matches!(error, PullError::Missing(_)), "{error}");
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}
