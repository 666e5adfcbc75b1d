//! As much of HTTP/1.1 as git's client speaks.

use std::io::{self, BufRead, Read, Write};

const MAX_LINE: u64 = 64 * 1024;

/// A request, its body with it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// What stands after `?`.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, put together where it came in chunks.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the next request of a connection; nothing where the client has hung up.
pub(super) fn read(
    stream: &mut (impl BufRead + ?Sized),
    back: &mut impl Write,
) -> io::Result<Option<Request>> {
    let Some(first) = line(stream)? else { return Ok(None) };
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request =
        Request { method, path: path.to_owned(), query: query.to_owned(), ..Request::default() };
    while let Some(text) = line(stream)?.filter(|text| !text.is_empty()) {
        if let Some((name, value)) = text.split_once(':') {
            request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    if request.header("expect").is_some() {
        back.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    if request.header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        request.body = chunks(stream)?;
    } else if let Some(length) = request.header("content-length").and_then(|value| value.parse().ok()) {
        stream.take(length).read_to_end(&mut request.body)?;
    }
    Ok(Some(request))
}

fn line(stream: &mut (impl BufRead + ?Sized)) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    stream.take(MAX_LINE).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

fn chunks(stream: &mut (impl BufRead + ?Sized)) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(stream)?.unwrap_or_default();
        let size = u64::from_str_radix(size.split(';').next().unwrap_or_default(), 16)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        stream.take(size).read_to_end(&mut body)?;
        line(stream)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// Writes a whole answer.
pub(super) fn answer(
    stream: &mut impl Write,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status} -\r\nContent-Length: {}\r\n", body.len())?;
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;
    stream.flush()
}

/// Begins an answer whose length is not known, and passes `body` on as it comes.
pub(super) fn stream(
    stream: &mut impl Write,
    status: &str,
    headers: &[(String, String)],
    body: &mut impl Read,
) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n")?;
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = body.read(&mut buffer)?;
        let mut chunk = format!("{read:x}\r\n").into_bytes();
        chunk.extend_from_slice(buffer.get(..read).unwrap_or_default());
        chunk.extend_from_slice(b"\r\n");
        stream.write_all(&chunk)?;
        if read == 0 {
            return stream.flush();
        }
    }
}
