//! Engines that are broken, or none: every attempt ends, and says why.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use start_points_container::{Cause, ImageState, Options, Pulls, Socket};
use start_points_oci::Digest;
use start_points_oci::registry::Credentials;

type Answer = fn(&mut UnixStream, &str) -> std::io::Result<()>;

/// Answers each connection's first request by hand.
fn serve(socket: &Path, answer: Answer) {
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
                let _ = answer(&mut stream, &request);
            });
        }
    });
}

/// Why the image is not there.
async fn failure(socket: Socket) -> Cause {
    let mut options = Options { socket, credentials: Credentials::Anonymous, ..Options::default() };
    options.limits.stall = Duration::from_millis(300);
    options.limits.answer = Duration::from_millis(300);
    options.limits.pull = Duration::from_secs(3);
    options.limits.stream_bytes = 4 << 20;
    let pulls = Pulls::start(["gcc:1".to_owned()], Digest::of(b""), options).await;
    let mut progress = pulls.watch();
    let failed = progress.wait_for(|progress| matches!(progress.state("gcc:1"), Some(ImageState::Failed(_))));
    let progress = tokio::time::timeout(Duration::from_secs(30), failed).await.unwrap().unwrap();
    match progress.state("gcc:1") {
        Some(ImageState::Failed(failure)) => failure.cause.clone(),
        other => panic!("{other:?}"),
    }
}

async fn answered(answer: Answer) -> Cause {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("engine.sock");
    serve(&socket, answer);
    failure(Socket::Unix(socket)).await
}

/// There is no such image; a pull is answered with what comes after this.
fn pulled(stream: &mut UnixStream, request: &str) -> std::io::Result<bool> {
    if request.starts_with("POST") {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        return Ok(true);
    }
    let body = r#"{"message": "no such image"}"#;
    write!(stream, "HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_listens() {
    let folder = tempfile::tempdir().unwrap();
    let cause = failure(Socket::Unix(folder.path().join("none.sock"))).await;
    assert!(matches!(cause, Cause::NoEngine { .. }), "{cause}");
    assert!(cause.to_string().contains("none.sock") && cause.hint().contains("--socket"), "{cause}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(failure(Socket::Unix(file)).await, Cause::NoEngine { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_not_waited_for() {
    let silent: Answer = |stream, _| {
        thread::sleep(Duration::from_secs(60));
        stream.write_all(b"")
    };
    let cause = answered(silent).await;
    assert!(matches!(cause, Cause::Stalled { .. } | Cause::TimeUp { .. }), "{cause}");
    let stalls: Answer = |stream, request| {
        if pulled(stream, request)? {
            stream.write_all(b"{\"status\":\"Pulling\"}\n")?;
            thread::sleep(Duration::from_secs(60));
        }
        Ok(())
    };
    assert!(matches!(answered(stalls).await, Cause::Stalled { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_goes_on_for_ever_ends() {
    let drips: Answer = |stream, request| {
        if pulled(stream, request)? {
            loop {
                stream.write_all(b"{\"status\":\"Pulling\"}\n")?;
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    };
    assert!(matches!(answered(drips).await, Cause::TimeUp { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_end() {
    let floods: [Answer; 3] = [
        |stream, request| {
            if pulled(stream, request)? {
                loop {
                    stream.write_all(&[b'x'; 65536])?;
                }
            }
            Ok(())
        },
        |stream, request| {
            if pulled(stream, request)? {
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
        let cause = answered(flood).await;
        assert!(matches!(cause, Cause::NotAnEngine(_)), "{cause}");
    }
    let kilobytes = start_points_testing::memory_kb(std::process::id(), "VmHWM").unwrap();
    assert!(kilobytes < 256 << 10, "{kilobytes} kB");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_told() {
    let garbage: [Answer; 5] = [
        |stream, _| stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n"),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK"),
        |stream, _| stream.write_all(b"HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>"),
        |stream, request| {
            if pulled(stream, request)? {
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
    for answer in garbage {
        let cause = answered(answer).await;
        assert!(matches!(cause, Cause::NotAnEngine(_)), "{cause}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_none() {
    let halves: [Answer; 3] = [
        |_, _| Ok(()),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"Id\": "),
        |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"Id"),
    ];
    for half in halves {
        let cause = answered(half).await;
        assert!(matches!(cause, Cause::HungUp(_)), "{cause}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_without_complaint_is_no_image() {
    let lies: Answer = |stream, request| {
        if pulled(stream, request)? {
            stream.write_all(b"{\"status\":\"Status: Downloaded newer image for gcc:1\"}\n")?;
        }
        Ok(())
    };
    assert_eq!(answered(lies).await, Cause::NotKept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_engine_says_stays_on_its_line() {
    let colours: Answer = |stream, request| {
        if pulled(stream, request)? {
            stream.write_all(b"{\"error\":\"manifest unknown \\u001b[31m\\r\\nready\"}\n")?;
        }
        Ok(())
    };
    let cause = answered(colours).await;
    assert!(matches!(cause, Cause::Missing(_)), "{cause}");
    assert!(!cause.to_string().contains(char::is_control), "{cause:?}");
}
