//! A request whose handler panics ends nothing but its own answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use axum::extract::State;
use axum::routing::get;

use super::{Server, Shared};
use crate::work::Busy;
use crate::{Settings, Source};

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_with_500_and_the_service_goes_on() {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployed/custom");
    let mut server = Server::start(Settings::new(Source::Folder(catalogue))).await.expect("a service");
    async fn panics() {
        panic!("on purpose")
    }
    async fn works(State(shared): State<Shared>) -> Result<(), crate::v1::Failure> {
        let done: Result<(), Busy> = shared.work.run(|| panic!("on purpose, at work")).await;
        Ok(done?)
    }
    let works = axum::Router::new().route("/works", get(works)).with_state(server.state.clone());
    let router = std::mem::take(&mut server.listener.router);
    server.listener.router =
        router.route("/panics", get(panics)).route("/v1/panics", get(panics)).merge(works);
    let address = server.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until_stopped(async { stopped.await.unwrap_or_default() }));
    let asked = tokio::task::spawn_blocking(move || {
        for _ in 0..20 {
            for (path, form) in [
                ("/panics", "{\n  \"exception\""),
                ("/v1/panics", "{\"error\""),
                ("/works", "{\n  \"exception\""),
            ] {
                let answer = ask(address, path);
                assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains(form), "{path}: {answer}");
            }
            assert!(ask(address, "/ready").ends_with("{\"ready?\":true}"));
        }
    });
    asked.await.expect("every answer");
    stop.send(()).expect("it runs");
    running.await.expect("a clean end");
}

/// What is released must unwind: aborting, it could answer nothing.
#[test]
fn what_is_released_unwinds() {
    let workspace = include_str!("../../../../Cargo.toml");
    for profile in ["dev", "release", "quick"] {
        let settings = workspace.split(&format!("[profile.{profile}]")).nth(1).expect("a profile");
        let settings = settings.split("\n[").next().unwrap_or_default();
        assert!(!settings.contains("panic = \"abort\""), "{profile}");
    }
}
