//! An answer that was made beforehand: its bytes, its entity tag, and the same compressed.

use std::io::Write as _;
use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use http::{Method, Response, StatusCode};

use crate::body::{self, Body, JSON};
use crate::digest;

/// What is shorter gains nothing from compression.
const COMPRESSED_FROM: usize = 1024;

const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 6;

/// Kept by clients, and asked for again each time with its entity tag.
const REVALIDATED: HeaderValue = HeaderValue::from_static("no-cache");

/// An answer in JSON that was made beforehand.
#[derive(Debug)]
pub(crate) struct Prepared {
    plain: Form,
    /// Made once, after the answer is served already: the first clients need not wait.
    compressed: OnceLock<Vec<Form>>,
}

/// The answer as some clients take it.
#[derive(Debug)]
struct Form {
    encoding: Option<HeaderValue>,
    etag: HeaderValue,
    bytes: Bytes,
}

impl Prepared {
    pub(crate) fn new(json: impl Into<Bytes>) -> Self {
        let bytes = json.into();
        let etag = tag(&digest::short(&bytes), "");
        Self { plain: Form { encoding: None, etag, bytes }, compressed: OnceLock::new() }
    }

    /// Makes the compressed forms; takes its time.
    pub(crate) fn compress(&self) {
        if self.plain.bytes.len() < COMPRESSED_FROM {
            return;
        }
        let digest = self.plain.etag.to_str().unwrap_or_default().trim_matches('"');
        let form = |name: &'static str, bytes: std::io::Result<Vec<u8>>| {
            let bytes = Bytes::from(bytes.ok()?);
            Some(Form { encoding: Some(HeaderValue::from_static(name)), etag: tag(digest, name), bytes })
        };
        self.compressed.get_or_init(|| {
            let zstd = form("zstd", zstd::bulk::compress(&self.plain.bytes, ZSTD_LEVEL));
            let gzip = form("gzip", gzipped(&self.plain.bytes));
            [zstd, gzip].into_iter().flatten().collect()
        });
    }

    /// The answer to a request with these headers: whole, or only that nothing changed.
    pub(crate) fn answer(&self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let form = self.form(headers);
        let mut response = Response::new(Body::empty());
        let answered = response.headers_mut();
        answered.insert(CONTENT_TYPE, JSON);
        answered.insert(CACHE_CONTROL, REVALIDATED);
        answered.insert(ETAG, form.etag.clone());
        answered.insert(VARY, const { HeaderValue::from_static("accept-encoding") });
        if is_read(method) && self.is_known(headers) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        if let Some(encoding) = &form.encoding {
            answered.insert(CONTENT_ENCODING, encoding.clone());
        }
        *response.body_mut() = Body::from(form.bytes.clone());
        body::kept(response)
    }

    fn form(&self, headers: &HeaderMap) -> &Form {
        let Some(compressed) = self.compressed.get() else { return &self.plain };
        let Some(accepted) = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
            return &self.plain;
        };
        let takes = |form: &&Form| {
            form.encoding
                .as_ref()
                .and_then(|name| name.to_str().ok())
                .is_some_and(|name| accepts(accepted, name))
        };
        compressed.iter().find(takes).unwrap_or(&self.plain)
    }

    /// Whether the client has it already, in whatever form.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let forms = || self.compressed.get().into_iter().flatten().chain([&self.plain]);
        names_one_of(headers, || forms().map(|form| &form.etag))
    }
}

/// The answer to a request, in JSON that is made where the client has not got it already.
pub(crate) fn made_now<B: Into<Body>>(
    method: &Method,
    headers: &HeaderMap,
    etag: HeaderValue,
    make: impl FnOnce() -> B,
) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let is_known = is_read(method) && names_one_of(headers, || std::iter::once(&etag));
    match is_known {
        true => *response.status_mut() = StatusCode::NOT_MODIFIED,
        false => *response.body_mut() = make().into(),
    }
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, JSON);
    answered.insert(CACHE_CONTROL, REVALIDATED);
    answered.insert(ETAG, etag);
    response
}

/// Whether a method only reads: of the others an answer is never "not modified".
fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// Whether `If-None-Match` names one of these tags, as weak comparison has it.
fn names_one_of<'a, I: Iterator<Item = &'a HeaderValue>>(headers: &HeaderMap, tags: impl Fn() -> I) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(|listed| listed.trim()).any(|listed| {
            let listed = listed.strip_prefix("W/").unwrap_or(listed);
            listed == "*" || tags().any(|tag| tag == listed)
        })
    })
}

/// An entity tag; one form of an answer has another than the next.
pub(crate) fn tag(digest: &str, form: &str) -> HeaderValue {
    let text = if form.is_empty() { format!("\"{digest}\"") } else { format!("\"{digest}-{form}\"") };
    HeaderValue::try_from(text).unwrap_or(const { HeaderValue::from_static("\"\"") })
}

/// Whether an `Accept-Encoding` lists a coding, and not with a weight of nothing.
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|listed| {
        let mut parts = listed.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        is_it && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn gzipped(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_heard() {
        assert!(accepts("gzip, deflate, br;q=0.5, zstd", "zstd") && accepts("GZIP;q=0.1", "gzip"));
        assert!(!accepts("gzip;q=0", "gzip") && !accepts("gzip;q=x", "gzip") && !accepts("br", "gzip"));
    }
}
