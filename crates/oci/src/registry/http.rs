//! An HTTP client that is bounded in time and checks every redirect itself, and its responses, bounded in bytes.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde::Deserialize;
use start_points::shown::shown;
use start_points_io::Cancel;
use ureq::http::{Method, Request, Response, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Error, SendBody};

use super::address::is_loopback;
use super::options::RegistryOptions;
use crate::error::OciErrorKind;

const MAX_REDIRECTS: usize = 5;
const CONNECT: Duration = Duration::from_secs(20);
/// A local registry responds at once, with or without TLS.
const PROBE: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("start-points/", env!("CARGO_PKG_VERSION"));

/// The end of the time for an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestDeadline {
    end: Instant,
    time: Duration,
}

impl RequestDeadline {
    pub(super) fn after(time: Duration) -> Self {
        let now = Instant::now();
        Self { end: now.checked_add(time).unwrap_or(now), time }
    }

    fn left(self) -> Result<Duration, OciErrorKind> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.timed_out()) } else { Ok(left) }
    }

    fn timed_out(self) -> OciErrorKind {
        OciErrorKind::TimedOut { seconds: self.time.as_secs() }
    }
}

/// A request without its body.
#[derive(Clone)]
pub(super) struct RegistryRequest {
    pub(super) method: Method,
    pub(super) url: Uri,
    pub(super) headers: Vec<(&'static str, String)>,
    /// RequestBody to the host of `url` only, not to hosts that it redirects to.
    pub(super) authorization: Option<String>,
}

impl fmt::Debug for RegistryRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The body of a request: none, bytes, or a number of bytes of a reader.
pub(super) enum RequestBody<'a> {
    Empty,
    Bytes(&'a [u8]),
    Reader(&'a mut dyn Read, u64),
}

impl RequestBody<'_> {
    /// The same body, to be sent once more.
    pub(super) fn reborrow(&mut self) -> RequestBody<'_> {
        match self {
            Self::Empty => RequestBody::Empty,
            Self::Bytes(bytes) => RequestBody::Bytes(bytes),
            Self::Reader(reader, size) => RequestBody::Reader(&mut **reader, *size),
        }
    }
}

pub(super) struct HttpClient {
    /// The time without a byte.
    stall: Duration,
    pub(super) plain_http: bool,
    roots: Vec<PathBuf>,
    pub(super) token_hosts: Vec<String>,
    pub(super) cancel: Cancel,
    secure: OnceLock<Agent>,
    plain: OnceLock<Agent>,
}

impl HttpClient {
    pub(super) fn new(options: &RegistryOptions) -> Self {
        Self {
            stall: options.limits.stall,
            plain_http: options.plain_http,
            roots: options.roots.clone(),
            token_hosts: options.token_hosts.clone(),
            cancel: options.cancel.clone(),
            secure: OnceLock::new(),
            plain: OnceLock::new(),
        }
    }

    /// Sends a request and follows redirects within one scheme. Only GET and HEAD are redirected.
    pub(super) fn send(
        &self,
        request: &RegistryRequest,
        body: RequestBody<'_>,
        deadline: RequestDeadline,
    ) -> Result<RegistryResponse, OciErrorKind> {
        let may_follow =
            matches!(body, RequestBody::Empty) && matches!(request.method, Method::GET | Method::HEAD);
        let mut response = self.send_once(request, body, deadline)?;
        let mut request = request.clone();
        for _ in 0..MAX_REDIRECTS {
            let Some(target) = response.redirect().filter(|_| may_follow) else { return Ok(response) };
            let next = resolve(&request.url, target)?;
            if next.authority() != request.url.authority() {
                request.authorization = None;
            }
            request.url = next;
            response = self.send_once(&request, RequestBody::Empty, deadline)?;
        }
        match response.redirect() {
            Some(target) => Err(OciErrorKind::Redirected(shown(target).into_owned())),
            None => Ok(response),
        }
    }

    fn send_once(
        &self,
        request: &RegistryRequest,
        body: RequestBody<'_>,
        deadline: RequestDeadline,
    ) -> Result<RegistryResponse, OciErrorKind> {
        if self.cancel.is_cancelled() {
            return Err(OciErrorKind::Cancelled);
        }
        let agent = self.agent(&request.url)?;
        let mut builder = Request::builder().method(request.method.clone()).uri(request.url.clone());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(authorization) = &request.authorization {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        let malformed = |error: ureq::http::Error| OciErrorKind::NotARegistry(message_of(&error));
        let left = deadline.left()?;
        let result = match body {
            RequestBody::Empty if matches!(request.method, Method::POST | Method::PUT) => {
                let request = builder.header(header::CONTENT_LENGTH, 0).body(&[][..]).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
            RequestBody::Empty => {
                let request = builder.body(SendBody::none()).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
            RequestBody::Bytes(bytes) => {
                let request = builder.body(bytes).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
            RequestBody::Reader(mut reader, size) => {
                let body = SendBody::from_reader(&mut reader);
                let request = builder.header(header::CONTENT_LENGTH, size).body(body).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
        };
        let response: Response<Body> = result.map_err(|error| error_kind(error, deadline))?;
        Ok(RegistryResponse::new(response, request, deadline))
    }

    /// The scheme of a local registry: `https`, or `http` if it does not speak TLS.
    pub(super) fn probe(&self, host: &str, deadline: RequestDeadline) -> Result<&'static str, OciErrorKind> {
        let short = RequestDeadline { end: deadline.end.min(Instant::now() + PROBE), time: deadline.time };
        let url = url(&format!("https://{host}/v2/"))?;
        let request = RegistryRequest { method: Method::GET, url, headers: Vec::new(), authorization: None };
        match self.send_once(&request, RequestBody::Empty, short) {
            Ok(_) => Ok("https"),
            Err(cause @ OciErrorKind::Certificate(_)) => Err(cause),
            Err(_) => Ok("http"),
        }
    }

    fn agent(&self, url: &Uri) -> Result<&Agent, OciErrorKind> {
        let host = url.authority().map(|authority| authority.as_str()).unwrap_or_default();
        match url.scheme_str() {
            Some("http") if self.plain_http || is_loopback(host) => {
                Ok(self.plain.get_or_init(|| self.configured().proxy(None).build().new_agent()))
            }
            Some("http") => Err(OciErrorKind::PlainHttp(shown(host).into_owned())),
            _ => {
                if let Some(agent) = self.secure.get() {
                    return Ok(agent);
                }
                let agent = self.configured().tls_config(tls_config(&self.roots)?).build().new_agent();
                Ok(self.secure.get_or_init(|| agent))
            }
        }
    }

    fn configured(&self) -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
        Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(USER_AGENT)
            .timeout_connect(Some(CONNECT.min(self.stall)))
            .timeout_per_read(Some(self.stall))
            .timeout_per_write(Some(self.stall))
    }
}

/// An absolute `http` or `https` URL with a host and without user information.
pub(super) fn url(text: &str) -> Result<Uri, OciErrorKind> {
    let refused = || OciErrorKind::Redirected(shown(text).into_owned());
    let url: Uri = text.parse().map_err(|_| refused())?;
    let authority = url.authority().ok_or_else(refused)?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || authority.as_str().contains('@') {
        return Err(refused());
    }
    Ok(url)
}

/// Resolves a `Location` or link of a response from `from`, on any host but in the same scheme:
/// [RFC 3986, section 5](https://www.rfc-editor.org/rfc/rfc3986#section-5).
pub(super) fn resolve(from: &Uri, location: &str) -> Result<Uri, OciErrorKind> {
    let refused = || OciErrorKind::Redirected(shown(location).into_owned());
    let base = fluent_uri::Uri::parse(from.to_string()).map_err(|_| refused())?;
    let reference = fluent_uri::UriRef::parse(location).map_err(|_| refused())?;
    let whole = reference.resolve_against(&base).map_err(|_| refused())?;
    let target = url(whole.strip_fragment().as_str())?;
    if target.scheme() != from.scheme() {
        return Err(refused());
    }
    Ok(target)
}

/// The kind of ureq's error. Its messages contain no headers, and so no secrets.
fn error_kind(error: Error, deadline: RequestDeadline) -> OciErrorKind {
    match error {
        Error::Timeout(_) if deadline.left().is_err() => deadline.timed_out(),
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            OciErrorKind::Network("the connection timed out".to_owned())
        }
        Error::Timeout(_) => OciErrorKind::Stalled,
        Error::HostNotFound => OciErrorKind::Network("the host name cannot be resolved".to_owned()),
        Error::Rustls(rustls::Error::InvalidCertificate(fault)) => {
            OciErrorKind::Certificate(message_of(&fault))
        }
        Error::Rustls(error) => OciErrorKind::Network(message_of(&error)),
        Error::Io(error) => match error.downcast::<rustls::Error>() {
            Ok(error) => error_kind(Error::Rustls(error), deadline),
            Err(error) => match error.downcast::<Error>() {
                Ok(error) => error_kind(error, deadline),
                Err(error) => OciErrorKind::Network(message_of(&error)),
            },
        },
        Error::Protocol(error) => OciErrorKind::NotARegistry(message_of(&error)),
        other => OciErrorKind::Network(message_of(&other)),
    }
}

fn message_of(error: &dyn fmt::Display) -> String {
    shown(&error.to_string()).into_owned()
}

const NO_MESSAGE: &str = "no message";

/// The most bytes of an error body that are read.
const MAX_ERROR_BODY: u64 = 16 * 1024;

/// A response whose body has not been read yet.
pub(super) struct RegistryResponse {
    response: Response<Body>,
    /// Its URL, after redirects.
    pub(super) url: Uri,
    deadline: RequestDeadline,
    /// The credential of the request, which no message may repeat.
    authorization: Option<String>,
}

/// An error body: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>.
#[derive(Deserialize)]
struct RegistryErrors {
    errors: Vec<RegistryError>,
}

#[derive(Deserialize)]
struct RegistryError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl RegistryResponse {
    pub(super) fn new(
        response: Response<Body>,
        request: &RegistryRequest,
        deadline: RequestDeadline,
    ) -> Self {
        Self { response, url: request.url.clone(), deadline, authorization: request.authorization.clone() }
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header field, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The header fields of this name, whatever bytes they hold.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        self.response.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    pub(super) fn redirect(&self) -> Option<&str> {
        matches!(self.status(), 301 | 302 | 303 | 307 | 308).then(|| self.header("location"))?
    }

    /// The body as it arrives, of any length.
    pub(super) fn reader(self) -> Result<Box<dyn Read>, OciErrorKind> {
        let deadline = self.deadline;
        let reader = self.response.into_body().into_with_config().limit(u64::MAX).reader();
        Ok(Box::new(ErrorMappingReader { inner: reader, deadline }))
    }

    /// The whole body, no longer than `limit` bytes.
    pub(super) fn bytes(self, what: &'static str, limit: u64) -> Result<Vec<u8>, OciErrorKind> {
        let mut bytes = Vec::new();
        self.reader()?.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(OciErrorKind::TooLarge { what, limit });
        }
        Ok(bytes)
    }

    /// The response if its status is one of these, or else its error.
    pub(super) fn expect(self, statuses: &[u16]) -> Result<Self, OciErrorKind> {
        if statuses.contains(&self.status()) { Ok(self) } else { Err(self.into_error()) }
    }

    pub(super) fn into_error(self) -> OciErrorKind {
        let status = self.status();
        let message = self.error_message();
        match status {
            401 | 403 => OciErrorKind::Denied(message),
            status => OciErrorKind::Registry { status, message },
        }
    }

    /// The registry's error message, if it has one.
    fn error_message(self) -> String {
        let mut bytes = Vec::new();
        let authorization = self.authorization.clone();
        let Ok(reader) = self.reader() else { return NO_MESSAGE.to_owned() };
        if reader.take(MAX_ERROR_BODY).read_to_end(&mut bytes).is_err() {
            return NO_MESSAGE.to_owned();
        }
        let body = serde_json::from_slice::<RegistryErrors>(&bytes).ok();
        match body.and_then(|found| found.errors.into_iter().next()) {
            Some(first) if authorization.is_some_and(|sent| repeats(&first, &sent)) => NO_MESSAGE.to_owned(),
            Some(first) if !first.message.is_empty() => shown(&first.message).into_owned(),
            Some(first) if !first.code.is_empty() => shown(&first.code).into_owned(),
            _ => NO_MESSAGE.to_owned(),
        }
    }
}

/// Whether an error repeats a secret that was sent with the request.
fn repeats(error: &RegistryError, authorization: &str) -> bool {
    use base64::Engine as _;
    let sent = authorization.rsplit(' ').next().unwrap_or_default();
    let pair = base64::engine::general_purpose::STANDARD.decode(sent).unwrap_or_default();
    let pair = String::from_utf8_lossy(&pair);
    let password = pair.split_once(':').map(|(_, password)| password).unwrap_or_default();
    [&error.code, &error.message]
        .into_iter()
        .any(|text| [sent, password].into_iter().any(|secret| !secret.is_empty() && text.contains(secret)))
}

/// Unwraps the errors that ureq hides in I/O errors.
struct ErrorMappingReader<R> {
    inner: R,
    deadline: RequestDeadline,
}

impl<R: Read> Read for ErrorMappingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| error_kind(Error::Io(error), self.deadline).into_io())
    }
}

/// TLS with rustls and ring. It trusts the system's roots and those in these PEM files.
///
/// # Errors
/// A file that cannot be read.
pub fn tls_config(extra: &[PathBuf]) -> Result<TlsConfig, OciErrorKind> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots: Vec<Certificate<'static>> =
        system.certs.iter().map(|found| Certificate::from_der(found.as_ref()).to_owned()).collect();
    for path in extra {
        let unread =
            |why: String| OciErrorKind::Certificate(format!("cannot read `{}`: {why}", path.display()));
        let pem = fs::read(path).map_err(|error| unread(error.to_string()))?;
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(found) = item.map_err(|error| unread(error.to_string()))? {
                roots.push(found);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_in_its_scheme() {
        let from = url("https://a.example:5000/v2/x/tags/list?n=1").unwrap();
        for (location, expected) in [
            ("?last=b", "https://a.example:5000/v2/x/tags/list?last=b"),
            ("list?last=b#top", "https://a.example:5000/v2/x/tags/list?last=b"),
            ("../y", "https://a.example:5000/v2/x/y"),
            ("../../../../../y", "https://a.example:5000/y"),
            ("", "https://a.example:5000/v2/x/tags/list?n=1"),
            ("/x?y=1", "https://a.example:5000/x?y=1"),
            ("//b.example/x", "https://b.example/x"),
            ("https://b.example/x", "https://b.example/x"),
        ] {
            assert_eq!(resolve(&from, location).unwrap().to_string(), expected);
        }
        for location in [
            "http://a.example/x",
            "file:///etc/passwd",
            "x y",
            "https://user@a.example/",
            "ftp://a/",
            "//u@b/",
        ] {
            assert!(matches!(resolve(&from, location), Err(OciErrorKind::Redirected(_))), "{location}");
        }
    }
}
