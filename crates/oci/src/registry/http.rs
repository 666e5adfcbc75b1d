//! HTTP that is bounded in time and goes nowhere unasked: redirects are followed here, step by step.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use start_points::shown::shown;
use start_points_io::Cancel;
use ureq::http::{Method, Request, Uri, header};
use ureq::{Agent, Body, Error, SendBody};

use super::Options;
use super::address;
use super::answer::Answer;
use super::tls;
use crate::cause::Cause;
use crate::limits::Limits;

const MAX_REDIRECTS: usize = 5;
const CONNECT: Duration = Duration::from_secs(20);
/// A registry on this machine answers at once, in whatever language.
const PROBE: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("start-points/", env!("CARGO_PKG_VERSION"));

/// When the time for an image is up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    end: Instant,
    time: Duration,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        let now = Instant::now();
        Self { end: now.checked_add(time).unwrap_or(now), time }
    }

    fn left(self) -> Result<Duration, Cause> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.up()) } else { Ok(left) }
    }

    fn up(self) -> Cause {
        Cause::TimeUp { seconds: self.time.as_secs() }
    }
}

/// A request without its body.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: Uri,
    pub(super) headers: Vec<(&'static str, String)>,
    /// Goes to the host of `url` alone, and to no other that it redirects to.
    pub(super) authorization: Option<String>,
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}

/// What goes with a request: nothing, bytes, or as many bytes of a reader.
pub(super) enum Sent<'a> {
    Nothing,
    Bytes(&'a [u8]),
    Reader(&'a mut dyn io::Read, u64),
}

pub(super) struct Http {
    limits: Limits,
    plain_http: bool,
    roots: Vec<PathBuf>,
    pub(super) token_hosts: Vec<String>,
    pub(super) cancel: Cancel,
    secure: OnceLock<Agent>,
    plain: OnceLock<Agent>,
}

impl Http {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            limits: options.limits.clone(),
            plain_http: options.plain_http,
            roots: options.roots.clone(),
            token_hosts: options.token_hosts.clone(),
            cancel: options.cancel.clone(),
            secure: OnceLock::new(),
            plain: OnceLock::new(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends a request and follows where its answer leads, within one scheme.
    pub(super) fn send(&self, ask: &Ask, body: Sent<'_>, deadline: Deadline) -> Result<Answer, Cause> {
        let may_follow = matches!(body, Sent::Nothing) && matches!(ask.method, Method::GET | Method::HEAD);
        let mut answer = self.once(ask, body, deadline)?;
        let mut ask = ask.clone();
        for _ in 0..MAX_REDIRECTS {
            let Some(target) = answer.redirect().filter(|_| may_follow) else { return Ok(answer) };
            let next = resolve(&ask.url, target)?;
            if next.authority() != ask.url.authority() {
                ask.authorization = None;
            }
            ask.url = next;
            answer = self.once(&ask, Sent::Nothing, deadline)?;
        }
        match answer.redirect() {
            Some(target) => Err(Cause::Redirected(shown(target).into_owned())),
            None => Ok(answer),
        }
    }

    fn once(&self, ask: &Ask, body: Sent<'_>, deadline: Deadline) -> Result<Answer, Cause> {
        if self.cancel.is_cancelled() {
            return Err(Cause::Cancelled);
        }
        let agent = self.agent(&ask.url)?;
        let mut request = Request::builder().method(ask.method.clone()).uri(ask.url.clone());
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some(authorization) = &ask.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let malformed =
            |error: ureq::http::Error| Cause::NotARegistry(shown(&error.to_string()).into_owned());
        let left = deadline.left()?;
        let configured = |request: Request<SendBody<'_>>| {
            let request = agent.configure_request(request).timeout_global(Some(left)).build();
            agent.run(request)
        };
        let result = match body {
            Sent::Nothing if matches!(ask.method, Method::POST | Method::PUT) => {
                let request = request.header(header::CONTENT_LENGTH, 0).body(&[][..]).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
            Sent::Nothing => configured(request.body(SendBody::none()).map_err(malformed)?),
            Sent::Bytes(bytes) => {
                let request = request.body(bytes).map_err(malformed)?;
                agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
            }
            Sent::Reader(mut reader, size) => {
                let body = SendBody::from_reader(&mut reader);
                configured(request.header(header::CONTENT_LENGTH, size).body(body).map_err(malformed)?)
            }
        };
        let response: ureq::http::Response<Body> = result.map_err(|error| cause(error, deadline))?;
        Ok(Answer::new(response, ask, deadline))
    }

    /// What a registry on this machine speaks: `https`, or `http` where nothing there understands TLS.
    pub(super) fn probe(&self, host: &str, deadline: Deadline) -> Result<&'static str, Cause> {
        let short = Deadline { end: deadline.end.min(Instant::now() + PROBE), time: deadline.time };
        let url = url(&format!("https://{host}/v2/"))?;
        let ask = Ask { method: Method::GET, url, headers: Vec::new(), authorization: None };
        match self.once(&ask, Sent::Nothing, short) {
            Ok(_) => Ok("https"),
            Err(cause @ Cause::Certificate(_)) => Err(cause),
            Err(_) => Ok("http"),
        }
    }

    fn agent(&self, url: &Uri) -> Result<&Agent, Cause> {
        let host = url.authority().map(|authority| authority.as_str()).unwrap_or_default();
        match url.scheme_str() {
            Some("http") if self.plain_http || address::is_loopback(host) => {
                Ok(self.plain.get_or_init(|| self.configured().proxy(None).build().new_agent()))
            }
            Some("http") => Err(Cause::PlainHttp(shown(host).into_owned())),
            _ => {
                if let Some(agent) = self.secure.get() {
                    return Ok(agent);
                }
                let agent = self.configured().tls_config(tls::config(&self.roots)?).build().new_agent();
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
            .timeout_connect(Some(CONNECT.min(self.limits.stall)))
            .timeout_per_read(Some(self.limits.stall))
            .timeout_per_write(Some(self.limits.stall))
    }
}

/// A whole URL of ours or a registry's: `http` or `https`, a host, and nobody's name before it.
pub(super) fn url(text: &str) -> Result<Uri, Cause> {
    let refused = || Cause::Redirected(shown(text).into_owned());
    let url: Uri = text.parse().map_err(|_| refused())?;
    let authority = url.authority().ok_or_else(refused)?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || authority.as_str().contains('@') {
        return Err(refused());
    }
    Ok(url)
}

/// Where an answer from `from` leads, as [RFC 3986, section 5](https://www.rfc-editor.org/rfc/rfc3986#section-5) has it: on the same host or another one, but in the same scheme.
pub(super) fn resolve(from: &Uri, location: &str) -> Result<Uri, Cause> {
    let refused = || Cause::Redirected(shown(location).into_owned());
    let base = fluent_uri::Uri::parse(from.to_string()).map_err(|_| refused())?;
    let reference = fluent_uri::UriRef::parse(location).map_err(|_| refused())?;
    let whole = reference.resolve_against(&base).map_err(|_| refused())?;
    let target = url(whole.strip_fragment().as_str())?;
    if target.scheme() != from.scheme() {
        return Err(refused());
    }
    Ok(target)
}

/// What ureq complains of. None of it holds a header, and so no secret.
pub(super) fn cause(error: Error, deadline: Deadline) -> Cause {
    let said = |error: &dyn fmt::Display| shown(&error.to_string()).into_owned();
    match error {
        Error::Timeout(_) if deadline.left().is_err() => deadline.up(),
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            Cause::Network("no connection within its time".to_owned())
        }
        Error::Timeout(_) => Cause::Stalled,
        Error::HostNotFound => Cause::Network("the host's address is not found".to_owned()),
        Error::Rustls(rustls::Error::InvalidCertificate(fault)) => Cause::Certificate(said(&fault)),
        Error::Rustls(error) => Cause::Network(said(&error)),
        Error::Io(error) => match error.downcast::<rustls::Error>() {
            Ok(error) => cause(Error::Rustls(error), deadline),
            Err(error) => match error.downcast::<Error>() {
                Ok(error) => cause(error, deadline),
                Err(error) => Cause::Network(said(&error)),
            },
        },
        Error::Protocol(error) => Cause::NotARegistry(said(&error)),
        other => Cause::Network(said(&other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_stays_in_its_scheme() {
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
            assert!(matches!(resolve(&from, location), Err(Cause::Redirected(_))), "{location}");
        }
    }
}
