//! Responses: JSON with invisible characters escaped, static ones with their entity tag and compressed forms.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use axum::body::Body;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use http::{Method, Response, StatusCode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use start_points::shown;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Clients store the response and revalidate it with its entity tag before each use:
/// <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.4>.
const REVALIDATED: HeaderValue = HeaderValue::from_static("no-cache");

/// The most that a response repeats of a client's text.
const EXCERPT_BYTES: usize = 1 << 10;

/// Shorter responses gain nothing from compression.
const COMPRESSED_FROM: usize = 1024;

const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 6;

/// A response that is not stored. Every JSON response made for one request comes from here: invisible characters are
/// written as `\uXXXX`, whatever the text contains.
pub(crate) fn json(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut response = Response::new(Body::from(shown::json(text.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    response
}

/// The same, of a value.
pub(crate) fn json_of(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    // Serializing plain data does not fail.
    json(status, serde_json::to_string(value).unwrap_or_default())
}

/// A client's text as a response repeats it: cut to an excerpt.
pub(crate) fn excerpt(text: &str) -> String {
    let end = text.floor_char_boundary(EXCERPT_BYTES);
    match text.get(..end) {
        Some(start) if end < text.len() => format!("{start}…"),
        _ => text.to_owned(),
    }
}

/// Marks a response whose bytes are in memory anyway: they are not charged to the budget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uncharged;

pub(crate) fn uncharged(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(Uncharged);
    response
}

/// A JSON response that is made beforehand.
#[derive(Debug)]
pub(crate) struct StaticResponse {
    plain: Encoded,
    /// Filled in after the response is served already, so that the first clients need not wait.
    compressed: OnceLock<Vec<Encoded>>,
}

/// A response in one content coding.
#[derive(Debug)]
struct Encoded {
    coding: Option<HeaderValue>,
    etag: HeaderValue,
    bytes: Bytes,
}

impl StaticResponse {
    /// A JSON text, whose invisible characters are escaped already.
    pub(crate) fn new(json: impl Into<Bytes>) -> Self {
        let bytes = json.into();
        let etag = entity_tag(&short_digest(&bytes), "");
        Self { plain: Encoded { coding: None, etag, bytes }, compressed: OnceLock::new() }
    }

    /// Adds the compressed forms; slow.
    pub(crate) fn compress(&self) {
        if self.plain.bytes.len() < COMPRESSED_FROM {
            return;
        }
        self.compressed.get_or_init(|| {
            let zstd = self.encoded("zstd", zstd::bulk::compress(&self.plain.bytes, ZSTD_LEVEL));
            let gzip = self.encoded("gzip", gzipped(&self.plain.bytes));
            [zstd, gzip].into_iter().flatten().collect()
        });
    }

    fn encoded(&self, coding: &'static str, bytes: io::Result<Vec<u8>>) -> Option<Encoded> {
        let digest = self.plain.etag.to_str().unwrap_or_default().trim_matches('"');
        Some(Encoded {
            coding: Some(HeaderValue::from_static(coding)),
            etag: entity_tag(digest, coding),
            bytes: Bytes::from(bytes.ok()?),
        })
    }

    /// The response to a request with these headers: the whole body, or 304.
    pub(crate) fn respond(&self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let chosen = self.negotiated(headers);
        let mut response = Response::new(Body::empty());
        let fields = response.headers_mut();
        fields.insert(CONTENT_TYPE, JSON);
        fields.insert(CACHE_CONTROL, REVALIDATED);
        fields.insert(ETAG, chosen.etag.clone());
        fields.insert(VARY, const { HeaderValue::from_static("accept-encoding") });
        if only_reads(method) && self.is_known_to_client(headers) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        if let Some(coding) = &chosen.coding {
            fields.insert(CONTENT_ENCODING, coding.clone());
        }
        *response.body_mut() = Body::from(chosen.bytes.clone());
        uncharged(response)
    }

    fn negotiated(&self, headers: &HeaderMap) -> &Encoded {
        let Some(compressed) = self.compressed.get() else { return &self.plain };
        let Some(accepted) = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
            return &self.plain;
        };
        let is_accepted = |encoded: &&Encoded| {
            let coding = encoded.coding.as_ref().and_then(|coding| coding.to_str().ok());
            coding.is_some_and(|coding| accepts(accepted, coding))
        };
        compressed.iter().find(is_accepted).unwrap_or(&self.plain)
    }

    /// Whether the client has the response already, in any coding.
    fn is_known_to_client(&self, headers: &HeaderMap) -> bool {
        let all = || self.compressed.get().into_iter().flatten().chain([&self.plain]);
        matches_one_of(headers, || all().map(|encoded| &encoded.etag))
    }
}

/// A JSON response that is made only if the client does not have it already.
pub(crate) fn json_with_etag<B: Into<Body>>(
    method: &Method,
    headers: &HeaderMap,
    etag: HeaderValue,
    make: impl FnOnce() -> B,
) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    if only_reads(method) && matches_one_of(headers, || std::iter::once(&etag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = make().into();
    }
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, JSON);
    fields.insert(CACHE_CONTROL, REVALIDATED);
    fields.insert(ETAG, etag);
    response
}

/// 304 is for GET and HEAD alone: <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2>.
fn only_reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// Whether `If-None-Match` has one of these tags, by weak comparison:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2>.
fn matches_one_of<'a, I: Iterator<Item = &'a HeaderValue>>(
    headers: &HeaderMap,
    tags: impl Fn() -> I,
) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|listed| {
            let listed = listed.strip_prefix("W/").unwrap_or(listed);
            listed == "*" || tags().any(|tag| tag == listed)
        })
    })
}

/// An entity tag. Each form of a response (content coding, entry of a catalogue) needs one of its own.
pub(crate) fn entity_tag(digest: &str, form: &str) -> HeaderValue {
    let text = if form.is_empty() { format!("\"{digest}\"") } else { format!("\"{digest}-{form}\"") };
    HeaderValue::try_from(text).unwrap_or(const { HeaderValue::from_static("\"\"") })
}

/// The first 128 bits of the SHA-256, in hex.
pub(crate) fn short_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether `Accept-Encoding` lists a coding, with a weight other than zero:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3>.
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|listed| {
        let mut parts = listed.split(';').map(str::trim);
        let is_listed = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        is_listed && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn gzipped(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_with_weight_zero_are_not_accepted() {
        assert!(accepts("gzip, deflate, br;q=0.5, zstd", "zstd") && accepts("GZIP;q=0.1", "gzip"));
        assert!(!accepts("gzip;q=0", "gzip") && !accepts("gzip;q=x", "gzip") && !accepts("br", "gzip"));
    }

    #[test]
    fn an_excerpt_ends_at_a_character() {
        assert_eq!(excerpt("short"), "short");
        let cut = excerpt(&"é".repeat(100_000));
        assert!(cut.ends_with("é…") && cut.len() < EXCERPT_BYTES + 4, "{}", cut.len());
    }
}
