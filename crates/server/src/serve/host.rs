//! For which hosts requests are answered: a page elsewhere must not reach a service of this machine by a name of its
//! own that leads here (DNS rebinding).

use std::net::IpAddr;

use http::header::HOST;
use http::uri::Authority;
use http::{Request, StatusCode, Version};

use crate::settings::Settings;

/// Why a request is not answered for the host that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostError {
    /// HTTP/1.1 wants one, and once.
    NotOne,
    /// It is not a host and port.
    Malformed,
    /// This service does not answer for it.
    NotOurs,
}

impl HostError {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NotOne | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotOurs => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::NotOne => "a request has one Host header",
            Self::Malformed => "the Host header is not a host and port",
            Self::NotOurs => {
                "this service does not answer for the host of the request; `--allowed-host` adds it"
            }
        }
    }
}

/// Whether a request is answered, by its `Host` and, where its target names one, that host.
pub(super) fn check<B>(settings: &Settings, request: &Request<B>) -> Result<(), HostError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).map_err(|_| HostError::Malformed)?),
        // HTTP/1.0 has none, and no browser speaks it.
        (None, _) if request.version() < Version::HTTP_11 => None,
        _ => return Err(HostError::NotOne),
    };
    for named in host.iter().chain(request.uri().authority()) {
        if named.as_str().contains('@') {
            return Err(HostError::Malformed);
        }
        if !is_ours(settings, named.host()) {
            return Err(HostError::NotOurs);
        }
    }
    Ok(())
}

/// An address cannot be rebound. A service that listens on loopback alone answers for that alone.
fn is_ours(settings: &Settings, host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let is_listed = |listed: &String| listed == "*" || listed.eq_ignore_ascii_case(name);
    if settings.allowed_hosts.iter().any(is_listed) {
        return true;
    }
    match (settings.host.is_loopback(), address) {
        (true, Some(address)) => address.is_loopback(),
        (true, None) => name.eq_ignore_ascii_case("localhost"),
        (false, Some(_)) => true,
        (false, None) => settings.allowed_hosts.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Settings, Source};

    fn answered(listen: &str, allowed: &[&str], host: &str) -> bool {
        let mut settings = Settings::new(Source::Folder("/".into()));
        settings.host = listen.parse().expect("an address");
        settings.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
        let request = Request::builder().header(HOST, host).body(()).expect("a request");
        check(&settings, &request).is_ok()
    }

    #[test]
    fn loopback_answers_for_itself() {
        for host in
            ["localhost", "LOCALHOST:80", "localhost.:1", "127.0.0.1:4524", "127.1.2.3", "[::1]", "[::1]:80"]
        {
            assert!(answered("127.0.0.1", &[], host) && answered("::1", &[], host), "{host}");
        }
        for host in
            ["example.com", "localhost.example.com", "10.0.0.1", "127.0.0.1.example.com", "x@localhost", ""]
        {
            assert!(!answered("127.0.0.1", &[], host), "{host}");
            assert!(answered("127.0.0.1", &["*"], host) != host.is_empty() || host.contains('@'), "{host}");
        }
        assert!(answered("127.0.0.1", &["example.com"], "Example.com:8080"));
        assert!(answered("127.0.0.1", &["example.com"], "localhost"));
    }

    #[test]
    fn elsewhere_any_host_is_answered_until_some_are_listed() {
        assert!(answered("0.0.0.0", &[], "example.com"));
        assert!(answered("0.0.0.0", &["a.example"], "a.example:80"));
        assert!(answered("0.0.0.0", &["a.example"], "10.1.2.3:8080"), "Kubernetes probes by address");
        assert!(!answered("0.0.0.0", &["a.example"], "b.example"));
    }
}
