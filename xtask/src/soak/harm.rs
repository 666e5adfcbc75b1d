//! Clients that do not behave: slow, greedy, broken, or very many.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::load::Load;

/// What is done to the service, all at once.
pub(super) const ALL: [fn(&Load<'_>); 13] = [
    slow_heads,
    long_heads,
    slow_bodies,
    bodies_held_back,
    greedy,
    broken,
    silent,
    many,
    slow_readers,
    slow_readers_of_reports,
    nested,
    checks,
    mixes,
];

/// A connection, and another piece of harm counted.
fn connect(load: &Load<'_>) -> Option<TcpStream> {
    let stream = TcpStream::connect(load.address).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
    stream.set_write_timeout(Some(Duration::from_millis(500))).ok()?;
    load.harm.served(1);
    Some(stream)
}

fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Keeps so many connections that have sent this much, and go on as `more` says while that works.
fn hold(load: &Load<'_>, count: usize, sent: &[u8], pause: u64, more: impl Fn(&mut TcpStream) -> bool) {
    let mut held: Vec<TcpStream> = Vec::new();
    while load.goes_on() {
        while held.len() < count && load.goes_on() {
            let Some(mut stream) = connect(load) else { break };
            let _ = stream.write_all(sent);
            held.push(stream);
        }
        held.retain_mut(&more);
        thread::sleep(Duration::from_millis(pause));
    }
}

/// Whether it is still there, as nothing can be read of it yet.
fn is_open(stream: &mut TcpStream) -> bool {
    let _ = stream.set_nonblocking(true);
    let read = stream.read(&mut [0]);
    let _ = stream.set_nonblocking(false);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// Heads that come a byte at a time.
fn slow_heads(load: &Load<'_>) {
    hold(load, 200, b"GET /names HTTP/1.1\r\nhost: localhost\r\nx: ", 100, |stream| {
        stream.write_all(b"y").is_ok() && is_open(stream)
    });
}

/// Heads of 30 kB, and of as much as is taken, without their end.
fn long_heads(load: &Load<'_>) {
    let head =
        |bytes| format!("GET /names HTTP/1.1\r\nhost: localhost\r\nx: {}", "y".repeat(bytes)).into_bytes();
    let (long, longest) = (head(15_000), head(30_000));
    thread::scope(|scope| {
        scope.spawn(|| hold(load, 1_000, &long, 200, is_open));
        scope.spawn(|| hold(load, 1_000, &longest, 200, is_open));
    });
}

/// Bodies that come a byte at a time.
fn slow_bodies(load: &Load<'_>) {
    let begun = b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n{";
    hold(load, 200, begun, 200, |stream| stream.write_all(b" ").is_ok() && is_open(stream));
}

/// Bodies as long as they may be, less a byte; and longer ones.
fn bodies_held_back(load: &Load<'_>) {
    let less_a_byte = |path, bytes| {
        let mut whole = post(path, &"[".repeat(bytes));
        whole.pop();
        whole.into_bytes()
    };
    let bodies = [("/v1/check", 256 << 10), ("/v1/mix", 512 << 10), ("/v1/check", 1 << 20)];
    thread::scope(|scope| {
        for (path, bytes) in bodies {
            scope.spawn(move || hold(load, 60, &less_a_byte(path, bytes), 200, is_open));
        }
    });
}

/// Bodies of a gigabyte, announced and not.
fn greedy(load: &Load<'_>) {
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    while load.goes_on() {
        let Some(mut stream) = connect(load) else { continue };
        let _ = stream
            .write_all(b"POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1073741824\r\n\r\n");
        let _ = stream.read(&mut [0; 1024]);
        let Some(mut stream) = connect(load) else { continue };
        let head = b"POST /v1/mix HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = stream.write_all(head);
        for _ in 0..16_384 {
            if stream.write_all(chunk.as_bytes()).is_err() {
                break;
            }
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What is not HTTP, and what nearly is.
fn broken(load: &Load<'_>) {
    let texts: [&[u8]; 7] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /names HTTP/1.1\r\nhost : localhost\r\n\r\n",
        b"GET /names HTTP/1.1\r\nhost: rebound.example\r\n\r\n",
        b"POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /names HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /manifest HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{]}",
    ];
    for text in texts.iter().cycle() {
        if !load.goes_on() {
            break;
        }
        let Some(mut stream) = connect(load) else { continue };
        let _ = stream.write_all(text);
        let _ = stream.read(&mut [0; 1024]);
        thread::sleep(Duration::from_millis(2));
    }
}

fn silent(load: &Load<'_>) {
    hold(load, 200, b"", 100, is_open);
}

/// More connections than there are places, opened, held and dropped.
fn many(load: &Load<'_>) {
    while load.goes_on() {
        let mut held = Vec::new();
        while held.len() < 2_000 && load.goes_on() {
            held.extend(connect(load));
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(Duration::from_secs(1));
    }
}

/// Asks for much, and takes little of it.
fn slow_readers(load: &Load<'_>) {
    let asked = "GET /manifests HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    hold(load, 50, asked.as_bytes(), 500, |stream| matches!(stream.read(&mut [0; 256]), Ok(1..)));
}

/// The same, of reports that repeat what was sent: its characters take six bytes each.
fn slow_readers_of_reports(load: &Load<'_>) {
    let repeated = format!("{{\"hidden_filenames\":[\"({}\"]}}", "\\u0001".repeat(40_000));
    let many = format!("{{\"visible_filenames\":[{}1]}}", "[],".repeat(80_000));
    thread::scope(|scope| {
        for body in [repeated, many] {
            let asked = post("/v1/check", &body).repeat(4);
            scope.spawn(move || {
                hold(load, 60, asked.as_bytes(), 500, |stream| matches!(stream.read(&mut [0; 256]), Ok(1..)));
            });
        }
    });
}

/// Whole requests one after another, from four clients.
fn flood(load: &Load<'_>, path: &str, body: &str) {
    let request = post(path, body);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while load.goes_on() {
                    let Some(mut stream) = connect(load) else { continue };
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                    let _ = stream.write_all(request.as_bytes());
                    let _ = stream.read(&mut [0; 1024]);
                }
            });
        }
    });
}

/// Arrays in arrays in a megabyte: a check of them would take a hundred times as much as it is long.
fn nested(load: &Load<'_>) {
    flood(load, "/v1/check", &format!("{{\"visible_filenames\":[{}1]}}", "[[[1]]],".repeat(130_000)));
}

fn checks(load: &Load<'_>) {
    flood(load, "/v1/check", &format!("{{\"visible_filenames\":[{}1]}}", "[[[1]]],".repeat(32_000)));
}

fn mixes(load: &Load<'_>) {
    let file = |index: usize| format!("\"f{index}\":{{\"content\":\"x\"}}");
    let files = (0..8_000).map(file).collect::<Vec<_>>().join(",");
    let manifest = format!("{{\"display_name\":\"x\",\"visible_files\":{{{files}}}}}");
    flood(load, "/v1/mix", &format!("{{\"language\":{manifest},\"exercise\":{manifest}}}"));
}
