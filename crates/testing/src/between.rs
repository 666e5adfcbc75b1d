//! A proxy before a registry, for what happens between two requests of somebody.

#![expect(clippy::unwrap_used, reason = "whatever fails here fails the test")]

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// When a request is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the registry has it.
    Before,
    /// When the registry has answered, and who asked has no answer yet.
    After,
}

/// Starts a proxy on loopback before `host`, and answers its own `127.0.0.1:PORT`. `told` gets each request as
/// `METHOD /path`; the request, or its answer, waits until it is done.
#[must_use]
pub fn between(host: &str, told: impl Fn(When, &str) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (host, told) = (host.to_owned(), Arc::new(told));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (host, told) = (host.clone(), Arc::clone(&told));
            thread::spawn(move || drop(exchange(&stream, &host, &*told)));
        }
    });
    address
}

/// One request for each connection.
fn exchange(client: &TcpStream, host: &str, told: &(dyn Fn(When, &str) + Sync)) -> io::Result<()> {
    let mut reader = BufReader::new(client);
    // A client that tries TLS first fails at once.
    if reader.fill_buf()?.first() == Some(&0x16) {
        return Ok(());
    }
    let (mut head, mut length) = (Vec::new(), 0);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "connection" => continue,
            _ => {}
        }
        head.extend(line.into_bytes());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request = first.rsplit_once(' ').map(|(request, _)| request).unwrap_or_default();
    told(When::Before, request);
    let mut registry = TcpStream::connect(host)?;
    registry.write_all(&[first.as_bytes(), &head, b"connection: close\r\n\r\n", &body].concat())?;
    let mut answer = Vec::new();
    registry.read_to_end(&mut answer)?;
    told(When::After, request);
    let mut client = client;
    client.write_all(&answer)?;
    client.shutdown(Shutdown::Write)
}
