//! `git http-backend`, run as a web server runs it.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use super::http::{self, Request};
use super::program;

/// Answers a request with what `git http-backend` says; `configuration` is the server's git configuration.
pub(super) fn answer(
    stream: &mut impl Write,
    request: &Request,
    root: &Path,
    configuration: &[(&str, &str)],
) -> io::Result<()> {
    // By itself, as web servers run it.
    let mut command = Command::new(backend());
    command
        .env_clear()
        .envs(env::var_os("PATH").map(|path| ("PATH", path)))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_COUNT", configuration.len().to_string())
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for (index, (key, value)) in configuration.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    for (header, variable) in [
        ("content-type", "CONTENT_TYPE"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        if let Some(value) = request.header(header) {
            command.env(variable, value);
        }
    }
    let mut child = command.spawn()?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("no pipes"));
    };
    let body = request.body.clone();
    let writer = thread::spawn(move || stdin.write_all(&body));
    let mut stdout = BufReader::new(stdout);
    let (status, headers) = head(&mut stdout)?;
    let passed = http::stream(stream, &status, &headers, &mut stdout);
    // A client that hung up leaves git writing into the void.
    let _ = child.kill();
    child.wait()?;
    let _ = writer.join();
    passed
}

fn backend() -> &'static Path {
    static BACKEND: LazyLock<PathBuf> = LazyLock::new(|| {
        let said = Command::new(program()).arg("--exec-path").output().map(|output| output.stdout);
        let folder = String::from_utf8_lossy(&said.unwrap_or_default()).trim().to_owned();
        Path::new(&folder).join("git-http-backend")
    });
    &BACKEND
}

fn head(stdout: &mut impl BufRead) -> io::Result<(String, Vec<(String, String)>)> {
    let mut status = "200 OK".to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok((status, headers)) };
        match name {
            "Status" => value.trim().clone_into(&mut status),
            // Dumb files come with a length, which chunks would contradict.
            "Content-Length" => {}
            _ => headers.push((name.to_owned(), value.trim().to_owned())),
        }
    }
}
